"""The first start: the pages by which a hub without an office is set up in a browser, until the office is there."""
