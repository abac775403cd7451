"""Before closing: a service gives no more numbers once whoever comes now would probably not be served any more."""
