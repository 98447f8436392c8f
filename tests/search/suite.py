"""modelsearch's own tests against our backend. Run by `test_backend.py` in a process of its own."""

import shutil
from itertools import count
from pathlib import Path

from django.test import TestCase, override_settings
from modelsearch.backends import get_search_backend
from modelsearch.test.testapp import models
from modelsearch.tests.test_backends import (
    BackendTests,
    TestBackendLoader,  # noqa: F401  found and run by the test runner
)

from .suite_settings import INDEX_DIR


class TestWhooshBackend(BackendTests, TestCase):
    """Every test of the suite, none skipped."""

    backend_path = "search.backend"
    _numbers = count()

    def setUp(self) -> None:
        """Begin with an index of the suite's records in a directory of its own: built once, then copied."""
        built, place = INDEX_DIR / "built", INDEX_DIR / str(next(self._numbers))
        if not built.exists():
            self._use(built)
            super().setUp()
        shutil.copytree(built, place, symlinks=True)
        self._use(place)
        self.backend_name = "default"
        self.backend = get_search_backend(self.backend_name)

    def _use(self, place: Path) -> None:
        backend = {"BACKEND": self.backend_path, "INDEX_DIR": place}
        self.enterContext(override_settings(MODELSEARCH_BACKENDS={"default": backend}))

    @classmethod
    def tearDownClass(cls) -> None:
        """Leave no index behind."""
        super().tearDownClass()
        shutil.rmtree(INDEX_DIR, ignore_errors=True)

    def test_reset_indexes(self) -> None:
        """After a reset nothing is found."""
        self.backend.reset_indexes()
        self.assertEqual(self.backend.search("JavaScript", models.Book).count(), 0)
