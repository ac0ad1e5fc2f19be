"""From a problem set to a class's grades: release, grade, report. Loads nbgrader when used."""
