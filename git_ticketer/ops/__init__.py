"""The use cases: values in, values out. They never print, prompt or exit."""
