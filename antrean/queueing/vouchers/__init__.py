"""Vouchers: whoever still waited at the close of a day is among the first on the next service day."""
