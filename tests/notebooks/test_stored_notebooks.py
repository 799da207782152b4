"""The notebooks and pages of the book keep every rule of `tools/checks`."""

import pytest
from checks import all_problems
from checks.page import ROOT, Page, chapters, prose_pages


@pytest.mark.parametrize(
    "path", [*chapters(), *prose_pages()], ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_rule_is_kept(path):
    if problems := all_problems(Page.read(path)):
        pytest.fail("\n".join(problems), pytrace=False)
