// Opens a page in a headless browser, once for each view, and prints what is to be seen as JSON.
//
//   node look.mjs FOLDER_OF_THE_BROWSER PAGE_URL '[{"width": 1400, "scheme": "dark", ...}]'
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const [folder, url, views] = process.argv.slice(2);
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
// The unpacked browser, with its own libraries where the machine has none; else the machine's.
const unpacked = `${folder}/chromium`;
const fonts = { ...process.env, FONTCONFIG_FILE: `${folder}/fonts.conf` };
const libraries = { ...fonts, LD_LIBRARY_PATH: `${folder}/al2023/lib` };
const candidates = [
  { executablePath: unpacked, args: [...args, "--headless=shell"], env: fonts },
  { executablePath: unpacked, args: [...args, "--headless=shell"], env: libraries },
  ...(process.env.PATH ?? "")
    .split(":")
    .flatMap((place) => ["chromium", "chromium-browser", "google-chrome"].map((n) => `${place}/${n}`))
    .filter(existsSync)
    .map((executablePath) => ({ executablePath, args })),
];

async function launch() {
  const errors = [];
  for (const candidate of candidates) {
    try {
      return await chromium.launch({ headless: true, ...candidate });
    } catch (error) {
      errors.push(`${candidate.executablePath}: ${String(error.message).slice(0, 600)}`);
    }
  }
  throw new Error(`no browser starts:\n${errors.join("\n")}`);
}

// Runs in the page.
function measure() {
  const channels = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const blend = (over, under) => {
    const alpha = over[3] ?? 1;
    return [0, 1, 2].map((i) => over[i] * alpha + under[i] * (1 - alpha));
  };
  const background = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const color = channels(getComputedStyle(each).backgroundColor);
      layers.push(color);
      if ((color[3] ?? 1) === 1) break;
    }
    return layers.reverse().reduce((under, over) => blend(over, under), [255, 255, 255]);
  };
  const luminance = (color) => {
    const [r, g, b] = color.map((c) => {
      const part = c / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  };
  const isSeen = (element) => element.checkVisibility() && element.getClientRects().length > 0;

  const texts = [];
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].filter((n) => n.nodeType === 3 && n.data.trim());
    if (!text.length || !isSeen(element) || element.closest("title")) continue;
    const style = getComputedStyle(element);
    const isSvg = element instanceof SVGElement;
    const color = channels(isSvg ? style.fill : style.color);
    const under = background(isSvg ? element.closest("svg") : element);
    texts.push({ text: text[0].data.slice(0, 60), contrast: contrast(blend(color, under), under) });
  }
  const charts = [...document.querySelectorAll("svg.bars")].map((svg) => ({
    label: svg.getAttribute("aria-label"),
    role: svg.getAttribute("role"),
    top: Number(svg.dataset.top),
    box: box(svg),
    bars: [...svg.querySelectorAll("rect[data-count]")].map((rect) => ({
      kind: rect.getAttribute("class"),
      count: Number(rect.dataset.count),
      fill: getComputedStyle(rect).fill,
      ...box(rect),
    })),
    titles: [...svg.querySelectorAll("title")].map((title) => title.textContent),
    labels: [...svg.querySelectorAll("text:not(.mark)")]
      .filter(isSeen)
      .map((text) => ({ text: text.textContent, ...box(text) })),
  }));
  const spilling = [...document.querySelectorAll("body *")]
    .filter((each) => isSeen(each) && !each.closest(".scroll") && !each.closest("svg"))
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
    .map((each) => each.outerHTML.slice(0, 120));
  // Columns of numbers that are only seen after scrolling sideways.
  const cut = [...document.querySelectorAll(".numbers thead th")]
    .filter((each) => isSeen(each) && each.getBoundingClientRect().right > innerWidth + 0.5)
    .map((each) => each.textContent);
  return {
    title: document.title,
    heading: document.querySelector("h1").textContent,
    background: getComputedStyle(document.body).backgroundColor,
    elements: document.querySelectorAll("script, img, iframe, object, link[rel=stylesheet]").length,
    scrollWidth: document.documentElement.scrollWidth,
    height: document.documentElement.scrollHeight,
    cut,
    innerWidth,
    texts,
    charts,
    spilling,
    shown: document.body.innerText,
  };
}

const browser = await launch();
const seen = [];
for (const { width, scheme, open, picture } of JSON.parse(views)) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const messages = [];
  const requests = [];
  page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => messages.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => messages.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  if (open) {
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
  }
  if (picture) await page.screenshot({ path: picture, fullPage: true });
  seen.push({ messages, requests, ...(await page.evaluate(measure)) });
  await page.close();
}
console.log(JSON.stringify({ version: browser.version(), seen }));
await browser.close();
