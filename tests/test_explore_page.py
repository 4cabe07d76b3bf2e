"""The page of an exploration as a browser shows it."""

import shutil

import pytest
from selenium import webdriver

from cloudburst.experiment import explore
from cloudburst.formats import CaloGANFormat

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
DRIVER = shutil.which("chromedriver") or ""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="no chromium with chromedriver on this machine"
    ),
]
QUIET = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
SECTIONS = (
    "conditions", "cells", "thresholds", "maps", "events", "layers", "relations", "codecs",
    "recipe", "provenance",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory, geant4):
    folder = tmp_path_factory.mktemp("explore")
    CaloGANFormat().write(folder / "showers.h5", geant4)
    explore(folder / "showers.h5", folder / "out")
    # alone, to show that the page needs nothing beside it
    shutil.copy(folder / "out" / "explore.html", folder / "alone.html")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*QUIET, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    driver.get((folder / "alone.html").as_uri())
    yield driver
    driver.quit()


def test_nothing_is_missing_and_nothing_complains(page):
    assert page.get_log("browser") == []
    assert [s.get_attribute("id") for s in page.find_elements("tag name", "section")] == list(
        SECTIONS
    )
    images = page.find_elements("tag name", "img")
    assert len(images) >= 10
    assert all(page.execute_script("return arguments[0].naturalWidth", i) > 100 for i in images)
    assert all(image.get_attribute("alt") for image in images)


def test_links_lead_somewhere(page):
    for link in page.find_elements("css selector", "nav a"):
        target = link.get_attribute("href").rpartition("#")[2]
        assert page.find_elements("id", target)


@pytest.mark.parametrize("width", [1280, 420])
def test_the_page_is_never_wider_than_the_window(page, width):
    page.set_window_size(width, 900)
    wider = page.execute_script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0


def test_the_recipe_can_be_read(page):
    text = page.find_element("css selector", "pre.recipe").text
    assert "cloudburst.transforms" in text
    assert "[generator]" in text
