"""The page as a whole: silent, alone, legible in every form, and with scripts or without."""

import pytest

from tests.browser.waiting import until


def all_plots(tab):
    """Scroll to every interactive figure and wait until each is drawn."""
    for place in tab.query_selector_all("[data-live]"):
        place.scroll_into_view_if_needed()
    until(tab, "[...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('svg') !== null)")


def test_nothing_is_said_to_the_console_and_nothing_is_fetched(shown, address):
    all_plots(shown)
    assert shown.said == []
    assert shown.asked == [address]
    assert shown.locator(".failed").count() == 0


def test_every_figure_is_there(shown):
    names = [place.get_attribute("data-live") for place in shown.query_selector_all("[data-live]")]
    assert names == ["heatmap", "graph", "forest", "bars", "scatter", "curves", "cost"]
    all_plots(shown)
    for name in names[1:]:
        assert shown.locator(f"[data-live={name}] .plot svg text").count() > 3
    assert shown.locator(".static:visible").count() == 0


def test_the_first_screen_has_question_count_and_answer(shown):
    shown.evaluate("scrollTo(0, 0)")
    for said in (".status", "h1", ".question", ".trained", ".answer"):
        box = shown.locator(said).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] < 900
    assert "of 52 cells" in shown.inner_text(".status")
    assert "4 tasks" in shown.inner_text(".trained")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_are_legible(shown, scheme, screenshots):
    shown.emulate_media(color_scheme=scheme)
    all_plots(shown)
    ink = shown.evaluate("getComputedStyle(document.documentElement).color")
    label = shown.locator("[data-live=forest] .plot svg .role-axis-label text").first
    assert label.evaluate("(text) => getComputedStyle(text).fill") == ink
    assert (min(_levels(ink)) > 128) is (scheme == "dark")
    shown.locator("#gains").screenshot(path=screenshots / f"gains-{scheme}.png")
    shown.screenshot(path=screenshots / f"report-{scheme}.png", full_page=True)
    assert (screenshots / f"report-{scheme}.png").stat().st_size > 20_000
    shown.emulate_media(color_scheme="light")


def test_print_shows_the_chosen_position(shown):
    shown.emulate_media(media="print")
    assert shown.locator("table.heat").is_visible()
    assert shown.locator(".switches:visible, .tools:visible").count() == 0
    shown.emulate_media(media="screen")


def test_without_scripts_there_are_the_static_figures(browser, address):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address)
    assert tab.locator(".static figure svg").first.is_visible()
    assert tab.locator(".live:visible, .only-live:visible, button:visible").count() == 0
    assert tab.locator("#table-gains").is_visible()
    context.close()


def test_on_a_telephone_nothing_is_wider_than_the_page(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    tab.goto(address)
    all_plots(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def _levels(colour):
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
