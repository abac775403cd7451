"""Voice: how calls are spoken, and how loud."""
