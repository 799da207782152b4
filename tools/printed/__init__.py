"""The book on paper: its built pages as one document, with answers at the end of each chapter."""
