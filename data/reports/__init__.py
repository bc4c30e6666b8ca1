"""Reports: their content gathered from the readings behind the screens, and set as Word and Excel."""
