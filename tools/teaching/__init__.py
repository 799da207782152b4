"""What instructors get, made from the chapters: questions, assignments, figures, slides, plans.

Nothing here is written twice. `chapter` reads a chapter as it stands; the other modules turn what
it finds into the formats that classrooms use. `tools/instructors.py` is the command.
"""
