"""From a learning management system and back: its downloads collected, its files of grades filled.

``collect`` turns a folder or zip of Moodle's, Canvas's or nbgrader's exchange into nbgrader's
``submitted/``; ``export`` fills the grades of a set into a file that was exported there;
``give_back`` packs the feedback pages for it. One idea a file:

=============== =====================================================================
``table``       a CSV file kept byte for byte, but for the cells that are set
``spreadsheet`` numbers as a file writes them, and cells that a spreadsheet would run
``columns``     what a column is, in the languages of Moodle
``wanted``      which column belongs to a problem set
``layouts``     Canvas's gradebook, Moodle's worksheet and Moodle's gradebook
``grades``      what the course's gradebook holds of a set, as it stands
``match``       which row is which student; never a guess
``filler``      the cells of one student
``unwritten``   what is not written, and why
``export``      all of these together
``roster``      a class list: how the LMS's students are called in the course
``downloads``   the file names of an LMS
``archive``     a folder or a zip, read without trusting it
``dates``       Moodle's times, in the languages of Moodle
``choose``      which of a student's files is the notebook of the set
``place``       a student's folder, there whole or not at all
``collect``     all of these together
``give_back``   feedback pages, under the names by which the LMS finds its students again
``findings``    what a person should know, where and in a sentence
=============== =====================================================================
"""
