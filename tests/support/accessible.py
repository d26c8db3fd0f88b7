"""Whether a page serves screen readers, keyboards and weak eyes, checked in a browser."""

from selenium.webdriver import Chrome

LEAST_CONTRAST = 4.5
"""Of text to its background (WCAG 2.2, 1.4.3)."""

SCRIPT = """
const least = arguments[0], found = [];
const lit = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
const colour = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
function ground(element) {
  for (let at = element; at; at = at.parentElement) {
    const found = colour(getComputedStyle(at).backgroundColor);
    if (found.length < 4 || found[3] > 0.9) return found;
  }
  return [255, 255, 255];
}
for (const element of document.querySelectorAll("main *:not(svg *), nav *, header *")) {
  const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || !element.checkVisibility() || element.disabled) continue;
  const [a, b] = [lit(colour(getComputedStyle(element).color)), lit(ground(element))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < least) {
    const words = element.textContent.trim().slice(0, 40);
    found.push(`contrast ${ratio.toFixed(2)}: <${element.localName}> ${words}`);
  }
}
const name = e => (e.getAttribute("aria-label") || e.textContent || e.title || "").trim()
  || (e.labels && [...e.labels].map(l => l.textContent.trim()).join(" "));
const said = e => e.outerHTML.slice(0, 80);
const named = "a[href], button, input, select, [role=img], [role=region]";
for (const e of document.querySelectorAll(named)) {
  if (e.checkVisibility() && !name(e)) found.push("no name: " + said(e));
}
for (const e of document.querySelectorAll("img:not([alt])")) found.push("no alt: " + said(e));
const levels = [...document.querySelectorAll("h1, h2, h3")].map(h => Number(h.localName[1]));
if (levels[0] !== 1 || levels.filter(l => l === 1).length !== 1) found.push("not one h1, first");
if (levels.some((l, at) => at && l > levels[at - 1] + 1)) found.push("a heading is skipped");
if (!document.documentElement.lang) found.push("no language");
for (const e of document.querySelectorAll("th:not([scope])")) found.push("no scope: " + said(e));
return found;
"""


def faults(driver: Chrome, *, dark: bool) -> list[str]:
    """What is wrong with the page that a browser shows, in words; empty where nothing is.

    Args:
        driver: The browser.
        dark: Whether to look at the dark theme.
    """
    theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [theme]})
    found: list[str] = driver.execute_script(SCRIPT, LEAST_CONTRAST)
    return found
