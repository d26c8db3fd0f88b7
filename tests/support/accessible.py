"""Whether a page serves screen readers, keyboards and weak eyes: axe-core in a browser."""

from axe_core_python.selenium import Axe
from selenium.webdriver import Chrome

LEAST_CONTRAST = 4.5
"""Of text to its background (WCAG 2.2, 1.4.3)."""

# axe-core asks only that a heading's column or row can be found; here each says which it is.
NO_SCOPE = """
return [...document.querySelectorAll("th:not([scope])")]
  .map(one => "no scope: " + one.outerHTML.slice(0, 80));
"""


def faults(driver: Chrome, *, dark: bool) -> list[str]:
    """What is wrong with the page that a browser shows, in words; empty where nothing is.

    All rules of axe-core count, also those that it calls best practice.

    Args:
        driver: The browser.
        dark: Whether to look at the dark theme.
    """
    theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [theme]})
    found: list[str] = driver.execute_script(NO_SCOPE)
    for rule in Axe().run(driver)["violations"]:
        found += [f"{rule['id']}: {node['html'][:80]}" for node in rule["nodes"]]
    return found
