"""What a reader can switch, hover and overlay: data and chart descriptions that scripts in the page draw."""
