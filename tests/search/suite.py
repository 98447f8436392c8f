"""modelsearch's own tests against our backend. Run by `test_backend.py` in a process of its own."""

import shutil

from django.test import TestCase
from modelsearch.test.testapp import models
from modelsearch.tests.test_backends import (
    BackendTests,
    TestBackendLoader,  # noqa: F401  found and run by the test runner
)

from .suite_settings import INDEX_DIR


class TestWhooshBackend(BackendTests, TestCase):
    """Every test of the suite, none skipped."""

    backend_path = "search.backend"

    @classmethod
    def tearDownClass(cls) -> None:
        """Leave no index behind."""
        super().tearDownClass()
        shutil.rmtree(INDEX_DIR, ignore_errors=True)

    def test_reset_indexes(self) -> None:
        """After a reset nothing is found."""
        self.backend.reset_indexes()
        self.assertEqual(self.backend.search("JavaScript", models.Book).count(), 0)
