"""What all tests share: helper modules whose plain asserts explain themselves when they fail."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("browser", "page_atlases")
