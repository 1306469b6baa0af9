/*
 * Charts: each [data-chart] section holds its data as JSON and the same data as a table. The drawing is an
 * ECharts canvas in the colours of tokens.css; the library is loaded only on pages that have a chart.
 *
 * Data: {categories, series: [{name, tone, values}], unit: "money"|"percent"|"number", currency,
 *        goal, category, links}. Kinds: ageing and rows (lying bars), bars (standing), line.
 * Nothing here writes a style attribute as text: the content security policy would refuse it.
 */

const drawn = new Map();
let library = null;

const load = (address) => {
  library ??= import(address);
  return library;
};

const TONES = {
  accent: "--accent-chart",
  quiet: "--ink-faint",
  good: "--good",
  warn: "--warn",
  bad: "--bad",
  info: "--info",
  preventive: "--stage-preventive",
  administrative: "--stage-administrative",
  extrajudicial: "--stage-extrajudicial",
  judicial: "--stage-judicial",
  "ageing-0": "--ageing-0",
  "ageing-1": "--ageing-1",
  "ageing-2": "--ageing-2",
  "ageing-3": "--ageing-3",
  "ageing-4": "--ageing-4",
};
const FALLBACK_TONES = ["accent", "info", "warn", "judicial", "quiet", "good"];

function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    tone: (name, index) => read(TONES[name] ?? TONES[FALLBACK_TONES[index % FALLBACK_TONES.length]]),
    ink: read("--ink"),
    soft: read("--ink-soft"),
    faint: read("--ink-faint"),
    line: read("--line"),
    strong: read("--line-strong"),
    ground: read("--surface"),
    surface: read("--surface-raised"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

const numberOf = (value) => (value === null || value === undefined ? null : Number(value));

function writer(data, language) {
  const locale = language.startsWith("en") ? "en-US" : "es-MX";
  const thousand = language.startsWith("en") ? "K" : "mil";
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const money = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const code = data.currency && data.currency !== "MXN" ? ` ${data.currency}` : "";
  const sign = (value) => (value < 0 ? "-" : "");
  const exact = (value) => {
    if (value === null || Number.isNaN(value)) return "—";
    if (data.unit === "money") return `${sign(value)}$${money.format(Math.abs(value))}${code}`;
    if (data.unit === "percent") return `${plain.format(value * 100)} %`;
    return plain.format(value);
  };
  const short = (value) => {
    if (data.unit === "percent") return `${plain.format(value * 100)} %`;
    const size = Math.abs(value);
    const mark = data.unit === "money" ? "$" : "";
    if (size >= 1e6) return `${sign(value)}${mark}${plain.format(size / 1e6)} M`;
    if (size >= 1e4) return `${sign(value)}${mark}${plain.format(size / 1e3)} ${thousand}`;
    return `${sign(value)}${mark}${plain.format(size)}`;
  };
  return { exact, short };
}

/** Build the tooltip out of elements, so that names from the data are never read as HTML. */
function tip(points, write) {
  const box = document.createElement("div");
  box.className = "chart-tip";
  const head = document.createElement("div");
  head.className = "chart-tip-head";
  head.textContent = points[0]?.axisValueLabel ?? points[0]?.name ?? "";
  box.append(head);
  for (const point of points) {
    const row = document.createElement("div");
    row.className = "chart-tip-row";
    const mark = document.createElement("i");
    mark.style.backgroundColor = point.color;
    const name = document.createElement("span");
    name.textContent = point.seriesName;
    const value = document.createElement("b");
    value.textContent = write.exact(numberOf(point.value));
    row.append(mark, name, value);
    box.append(row);
  }
  return box;
}

/** Round a largest value up to an end and a step that people read easily: 1, 2, 2.5 or 5 times a power of ten. */
function scale(largest) {
  if (!(largest > 0)) return {};
  const rough = largest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
  return { max: Math.ceil(largest / interval - 1e-9) * interval, interval };
}

/** Find the largest value drawn: the highest stack, the highest single value, or the goal. */
function largestOf(data, stacked) {
  const sums = data.categories.map((_, index) => {
    const values = data.series.map((one) => numberOf(one.values[index]) ?? 0);
    return stacked ? values.reduce((sum, value) => sum + Math.max(value, 0), 0) : Math.max(...values);
  });
  // The goal's own words stand above its line, so it never touches the top.
  return Math.max(...sums, (numberOf(data.goal) ?? 0) * 1.02);
}

/** Measure words as the chart will write them. */
function measurer(font) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = `12px ${font}`;
  return (text) => context.measureText(text).width;
}

function options(kind, data, language, room) {
  const colour = colours();
  const measure = measurer(colour.font);
  const nameWidthMax = Math.min(200, Math.round(room * 0.34));
  const nameWidth = Math.max(...data.categories.map(measure));
  const legendWidth = data.series.reduce((sum, one) => sum + measure(one.name) + 30, 0);
  const legendRows = data.series.length > 1 ? Math.ceil((legendWidth - 14) / Math.max(room - 10, 1)) : 0;
  const write = writer(data, language);
  const lying = kind === "ageing" || kind === "rows";
  const stacked = kind === "ageing" || data.stacked === true;
  const text = { color: colour.soft, fontFamily: colour.font, fontSize: 12 };
  const names = {
    type: "category",
    data: data.categories,
    inverse: lying,
    boundaryGap: kind !== "line",
    axisLine: { lineStyle: { color: colour.strong } },
    axisTick: { show: false },
    axisLabel: lying
      ? { ...text, interval: 0, lineHeight: 15, ...(nameWidth > nameWidthMax ? { width: nameWidthMax, overflow: "break" } : {}) }
      : { ...text, hideOverlap: true, alignMinLabel: kind === "line" ? "left" : undefined, alignMaxLabel: kind === "line" ? "right" : undefined },
  };
  const values = {
    type: "value",
    ...scale(largestOf(data, stacked)),
    axisLabel: { ...text, color: colour.faint, formatter: write.short, hideOverlap: true },
    splitLine: { lineStyle: { color: colour.line } },
  };
  const goal = numberOf(data.goal);
  const goalLine = goal === null ? undefined : {
    silent: true,
    symbol: "none",
    lineStyle: { color: colour.ink, type: [4, 4], width: 1.5 },
    label: {
      ...text,
      color: colour.ink,
      formatter: `${language.startsWith("en") ? "Goal" : "Meta"} ${write.short(goal)}`,
      position: lying ? "end" : "insideEndTop",
    },
    data: [lying ? { xAxis: goal } : { yAxis: goal }],
  };
  const series = data.series.map((one, index) => {
    const tone = colour.tone(one.tone, index);
    const base = { name: one.name, data: one.values.map(numberOf), itemStyle: { color: tone }, markLine: index === 0 ? goalLine : undefined, animation: false };
    if (kind === "line") {
      return {
        ...base,
        type: "line",
        symbol: "circle",
        symbolSize: 6,
        showSymbol: data.categories.length <= 14,
        lineStyle: { color: tone, width: 2, type: one.dashed ? [4, 4] : "solid" },
        areaStyle: data.series.length === 1 ? { color: tone, opacity: 0.08 } : undefined,
      };
    }
    return {
      ...base,
      type: "bar",
      stack: stacked ? "all" : undefined,
      barMaxWidth: lying ? 22 : 40,
      barCategoryGap: "35%",
      itemStyle: { color: tone, borderRadius: stacked ? 0 : lying ? [0, 3, 3, 0] : [3, 3, 0, 0], borderColor: colour.ground, borderWidth: stacked ? 1 : 0 },
      label: { show: !stacked && data.series.length === 1 && data.categories.length <= 8, position: lying ? "right" : "top", ...text, backgroundColor: colour.ground, padding: [0, 2], formatter: (point) => write.short(point.value) },
    };
  });
  return {
    animation: false,
    textStyle: { fontFamily: colour.font },
    grid: { left: 4, right: lying ? 56 : 12, top: legendRows ? 14 + 22 * legendRows : 18, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: data.series.length > 1
      ? { left: 0, top: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 14, textStyle: text, inactiveColor: colour.line }
      : undefined,
    tooltip: {
      trigger: "axis",
      axisPointer: { type: kind === "line" ? "line" : "shadow", lineStyle: { color: colour.strong }, shadowStyle: { color: colour.faint, opacity: 0.08 } },
      backgroundColor: colour.surface,
      borderColor: colour.strong,
      borderWidth: 1,
      padding: 0,
      confine: true,
      transitionDuration: 0,
      formatter: (points) => tip(points, write),
    },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series,
  };
}

async function draw(section) {
  const canvas = section.querySelector("[data-chart-canvas]");
  const source = canvas && document.getElementById(canvas.dataset.chartData);
  if (!source || drawn.has(section)) return;
  drawn.set(section, null);
  const data = JSON.parse(source.textContent);
  const kind = section.dataset.chart;
  if (kind === "ageing" || kind === "rows") canvas.classList.add(`chart-rows-${Math.min(data.categories.length, 12)}`);
  try {
    const echarts = await load(section.dataset.chartLibrary);
    section.classList.add("is-drawn");
    const chart = echarts.init(canvas, null, { renderer: "canvas" });
    const paint = () => chart.setOption(options(kind, data, section.dataset.chartLanguage, canvas.clientWidth), true);
    paint();
    const watcher = new ResizeObserver(() => {
      if (!canvas.clientWidth) return;
      chart.resize();
      paint();
    });
    watcher.observe(canvas);
    if (data.links) {
      chart.on("click", (point) => {
        const address = data.links[point.dataIndex];
        if (address) window.location.assign(address);
      });
    }
    drawn.set(section, { chart, paint, watcher });
  } catch (problem) {
    // The table is still there, and is shown instead of the drawing.
    section.classList.remove("is-drawn");
    section.classList.add("is-table");
    console.error(problem);
  }
}

function drawAll() {
  for (const [section, state] of drawn) {
    if (section.isConnected) continue;
    state?.watcher.disconnect();
    state?.chart.dispose();
    drawn.delete(section);
  }
  for (const section of document.querySelectorAll("[data-chart]")) draw(section);
}

document.addEventListener("click", (event) => {
  const toggle = event.target instanceof Element && event.target.closest("[data-chart-toggle]");
  if (!toggle) return;
  const section = toggle.closest("[data-chart]");
  const isTable = section.classList.toggle("is-table");
  toggle.setAttribute("aria-pressed", String(isTable));
  drawn.get(section)?.chart.resize();
});

window.addEventListener("puntual:theme", () => {
  for (const state of drawn.values()) state?.paint();
});
document.addEventListener("htmx:afterSettle", drawAll);
drawAll();
