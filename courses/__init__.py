"""What is on offer and who chose it: courses, menus and enrolments."""
