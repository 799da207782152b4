"""Further inputs for the exercises of a chapter, `ch02.py` for chapter 2.

The page shows the cases of `bookkit/exercises/`, so that an answer could be made for them alone. An
assignment adds these, of which the student sees neither input nor result. What is right for them
the reference says when the assignment is made. A function among the arguments is one that can be
imported. An exercise whose answer is a value, or whose cases are all there are, has none.
"""
