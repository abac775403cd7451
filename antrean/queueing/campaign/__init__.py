"""A campaign towards a target: persons who count without a number of this office, or who don't count."""
