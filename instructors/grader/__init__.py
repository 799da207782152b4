"""Grades an answered assignment: answers run in a process of their own, the verdict does not."""
