"""The report as a browser shows it."""

import base64
import json
import shutil
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from cloudburst.validation.html import write_report
from reports import content

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
DRIVER = shutil.which("chromedriver") or ""
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium with chromedriver on this machine"
)
SECTIONS = (
    "worst", "gates", "overview", "contenders", "classifier", "joint", "correlations", "response",
    "conditions", "observables", "images", "events", "cells", "training", "speed", "checks",
    "absences", "definitions", "provenance",
)  # fmt: skip
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report"
    write_report(path, content())
    return path


@pytest.fixture(scope="module")
def address(folder):
    # alone, to show that the page needs nothing beside it
    alone = folder.parent / "alone.html"
    shutil.copy(folder / "report.html", alone)
    return alone.as_uri()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def open_page(browser, address):
    """Opens the page afresh in some setting; the log then holds only what it did."""

    def opened(scheme="light", media="", width=1280):
        wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}], "media": media}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get("about:blank")
        for log in ("browser", "performance"):
            browser.get_log(log)
        browser.get(address)
        return browser

    return opened


def test_the_page_loads_without_errors_and_without_the_network(open_page, address):
    browser = open_page()
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = {
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    }
    assert {url for url in asked if not url.startswith("data:")} == {address}


def test_every_figure_is_drawn_and_every_section_is_there(open_page, folder):
    browser = open_page()
    images = browser.execute_script(
        "return [...document.images].map(i => [i.complete, i.naturalWidth, i.alt, i.clientWidth])"
    )
    assert len(images) == len(list((folder / "figures").iterdir())) > 20
    assert all(done and natural > 0 and alt and shown > 0 for done, natural, alt, shown in images)
    sections = browser.execute_script(
        "return [...document.querySelectorAll('section')].map(s => s.id)"
    )
    assert tuple(sections) == SECTIONS


def test_hostile_names_are_text(open_page):
    browser = open_page()
    assert "<script>" in browser.execute_script("return document.querySelector('h1').textContent")
    assert browser.execute_script("return document.scripts.length") == 1


@pytest.mark.parametrize(
    ("scheme", "media", "dark"),
    [("light", "", False), ("dark", "", True), ("light", "print", False)],
)
def test_page_and_figures_follow_the_colour_scheme(open_page, scheme, media, dark):
    browser = open_page(scheme, media)
    page, figure = browser.execute_script(
        """
        const image = document.querySelector("#overview img");
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 4;
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0, 4, 4, 0, 0, 4, 4);
        const rgb = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
        return [rgb.slice(0, 3), [...context.getImageData(1, 1, 1, 1).data].slice(0, 3)];
        """
    )
    for colour in (page, figure):
        assert (max(colour) < 60) == dark
        assert (min(colour) > 230) != dark


@pytest.mark.parametrize("width", [360, 800, 1600])
def test_the_page_never_scrolls_sideways(open_page, width):
    browser = open_page(width=width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_the_table_of_checks_sorts_by_ratio(open_page):
    browser = open_page()
    column = "[...document.querySelectorAll('#checks tbody tr')].map(r => r.cells[4].textContent)"
    assert browser.execute_script(f"return {column}") == ["1.5", "1.0", "5.0", "∞", "1.1"]
    button = browser.execute_script("return document.querySelectorAll('#checks thead button')[4]")
    button.click()
    assert browser.execute_script(f"return {column}") == ["∞", "5.0", "1.5", "1.1", "1.0"]
    button.click()
    assert browser.execute_script(f"return {column}") == ["1.0", "1.1", "1.5", "5.0", "∞"]


def test_details_open_with_one_click(open_page):
    browser = open_page()
    details = browser.find_element("css selector", "#definitions details")
    shown = browser.find_element("css selector", "#definitions dl")
    assert not shown.is_displayed()
    details.find_element("css selector", "summary").click()
    assert shown.is_displayed()
    assert "Separation" in shown.text
    assert Path(browser.current_url).name == "alone.html"


def test_a_link_to_a_definition_opens_it(open_page):
    browser = open_page()
    shown = browser.find_element("css selector", "#def-fpd")
    assert not shown.is_displayed()
    browser.execute_script("document.querySelector('a[href=\"#def-fpd\"]').click()")
    WebDriverWait(browser, 5).until(lambda _: shown.is_displayed())


def test_the_print_shows_every_figure_and_every_definition(browser, open_page):
    open_page("light", "print")
    visible = browser.execute_script(
        "return [...document.images].every(i => i.naturalWidth > 0 && i.clientWidth > 0)"
    )
    assert visible
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pdf = base64.b64decode(printed["data"])
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page") > 3
