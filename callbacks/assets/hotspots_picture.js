/* Pictures of the hotspot screen to keep: each carries title, period, n, definition, source and review number. */
(function () {
  "use strict";

  const FONT = "'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";
  const [ZERO, FEW] = [1, 2];
  const here = () => window.fengtuHotspots;

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const fileName = (about, say, form) => say("picture_file", { period: about.period.replace(/[^0-9-]+/g, "_") }) + "." + form;

  /* A picture is handed on: below township level no one to four, and so no zero either, is told from it. */
  function shared(codes) {
    return codes.map((code) => (code === ZERO ? FEW : code));
  }

  function sharedLegend(legend, say) {
    const kept = legend.entries.filter((entry) => entry.code !== ZERO && entry.code !== FEW);
    const few = { code: FEW, text: say("under_few"), n: "" };
    return Object.assign({}, legend, { entries: kept.length === legend.entries.length ? kept : [few, ...kept.map((entry) => entry)] });
  }

  function capture() {
    return here().map.rendered().then(() => {
      const from = here().map.canvas();
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [from.width, from.height];
      copy.getContext("2d").drawImage(from, 0, 0);
      return copy;
    });
  }

  async function png(shown, spec, say) {
    if (!shown || !here().map.ready()) return;
    const codes = here().map.codes(shown.level);
    const legend = document.querySelector(".hotspots-legends").legend;
    const isFine = Boolean(shown.about.fine && codes);
    if (isFine) here().map.fill(shown.level, shared(codes));
    const drawn = await capture();
    if (isFine) here().map.fill(shown.level, codes);
    const moment = document.querySelector(".hotspots-playback").dataset.at;
    const canvas = compose(drawn, shown, spec, isFine && legend ? sharedLegend(legend, say) : legend, moment);
    canvas.toBlob((blob) => save(blob, fileName(shown.about, say, "png")), "image/png");
  }

  function lines(pen, text, width) {
    const found = [""];
    Array.from(text).forEach((letter) => {
      if (pen.measureText(found[found.length - 1] + letter).width > width) found.push("");
      found[found.length - 1] += letter;
    });
    return found;
  }

  function compose(drawn, shown, spec, legend, moment) {
    const scale = drawn.width / here().map.canvas().clientWidth;
    const em = 14 * scale;
    const about = shown.about;
    const entries = (legend ? legend.entries.length + (spec.functional ? 1 : 0) : 0) + (shown.density_legend ? 3 : 0);
    const foot = Math.max(em * 2 * 4.2, em * 1.7 * (entries + 3));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [drawn.width, drawn.height + em * 4.4 + foot];
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#FFFFFF";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const write = (text, x, y, size, colour, weight) => {
      pen.font = (weight || 400) + " " + size * em + "px " + FONT;
      pen.fillStyle = colour || "#172033";
      pen.fillText(text, x, y);
    };
    write(about.title, em, em * 2, 1.5, "#172033", 600);
    const under = [about.period, moment && here().say("playback") + " " + moment, about.n, about.filters].filter(Boolean).join(" · ");
    write(under, em, em * 3.6, 1, "#56657D");
    if (about.stamps) {
      pen.font = em + "px " + FONT;
      write(about.stamps, canvas.width - pen.measureText(about.stamps).width - em, em * 2, 1, "#C23F18");
    }
    pen.drawImage(drawn, 0, em * 4.4);
    let y = drawn.height + em * 6.2;
    const column = canvas.width * 0.48;
    if (legend) y = drawLegend(pen, write, legend, spec, y, em);
    if (shown.density_legend) drawRamp(pen, write, shown.density_legend, y, em);
    let right = drawn.height + em * 6.2;
    [about.definition, legend ? legend.note : "", shown.density_legend ? shown.density_legend.note : "", about.as_of, about.source, about.review].filter(Boolean).forEach((text) => {
      pen.font = em + "px " + FONT;
      lines(pen, text, canvas.width - column - em * 2).forEach((line) => {
        write(line, column, right, 1, "#56657D");
        right += em * 1.5;
      });
      right += em * 0.3;
    });
    return canvas;
  }

  function drawLegend(pen, write, legend, spec, top, em) {
    let y = top;
    write(legend.title, em, y, 1, "#172033", 600);
    legend.entries.forEach((entry) => {
      y += em * 1.7;
      pen.fillStyle = spec.colours[entry.code] || "#FFFFFF";
      pen.fillRect(em, y - em, em * 1.7, em * 1.2);
      if (Number(entry.code) === 8) strokes(pen, em, y - em, em * 1.7, em * 1.2, spec.hatch);
      pen.strokeStyle = "#56657D";
      pen.lineWidth = em / 16;
      pen.strokeRect(em, y - em, em * 1.7, em * 1.2);
      write((spec.marks[entry.code] ? spec.marks[entry.code] + " " : "") + entry.text + (entry.n ? "  " + entry.n + " " + here().say("areas") : ""), em * 3.4, y, 1);
    });
    if (spec.functional) {
      y += em * 1.7;
      dashes(pen, em, y - em * 0.4, em * 1.7);
      write(spec.functional, em * 3.4, y, 1);
    }
    return y + em * 2.4;
  }

  function dashes(pen, x, y, width) {
    pen.save();
    pen.strokeStyle = "#172033";
    pen.lineWidth = width / 12;
    pen.setLineDash([width / 4, width / 8]);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + width, y);
    pen.stroke();
    pen.restore();
  }

  function strokes(pen, x, y, width, height, colour) {
    pen.save();
    pen.beginPath();
    pen.rect(x, y, width, height);
    pen.clip();
    pen.strokeStyle = colour;
    for (let at = -height; at < width; at += height / 3) {
      pen.beginPath();
      pen.moveTo(x + at, y + height);
      pen.lineTo(x + at + height, y);
      pen.stroke();
    }
    pen.restore();
  }

  function drawRamp(pen, write, legend, top, em) {
    write(legend.title, em, top, 1, "#172033", 600);
    const width = em * 20;
    const paint = pen.createLinearGradient(em, 0, em + width, 0);
    legend.ramp.forEach((colour, at) => paint.addColorStop(at / (legend.ramp.length - 1), colour));
    pen.fillStyle = paint;
    pen.fillRect(em, top + em * 0.6, width, em);
    legend.ticks.forEach((tick, at) => write(tick, em + (width * at) / (legend.ticks.length - 1) - (at ? em : 0), top + em * 2.8, 0.9, "#56657D"));
  }

  /* A chart with its title, definition and source under it. */
  function svg(of, shown, say, note) {
    const plot = document.querySelector("#" + of + " .js-plotly-plot");
    if (!plot || !shown) return;
    if (shown.about.narrow) {
      note(say("narrow"));
      return;
    }
    const about = shown.about;
    const head = plot.closest("section").querySelector("h2 span").textContent;
    const told = [about.source, about.review, about.as_of, about.stamps].filter(Boolean).join(" · ");
    const defined = plot.closest("section").querySelector(".definition-text").textContent;
    const text = (words, y, size, bold) => ({ text: bold ? "<b>" + words + "</b>" : words, xref: "paper", yref: "paper", x: 0, y: y, yanchor: y > 0.5 ? "bottom" : "top", xanchor: "left", showarrow: false, font: { size: size }, align: "left" });
    const layout = JSON.parse(JSON.stringify(plot.layout));
    const high = Math.max(layout.height || 0, 220);
    layout.width = 900;
    layout.height = high + 190;
    layout.autosize = false;
    layout.paper_bgcolor = "#FFFFFF";
    layout.margin = Object.assign({}, layout.margin, { t: 78, b: 112, l: Math.max(layout.margin.l || 0, 60), r: Math.max(layout.margin.r || 0, 40) });
    const px = 1 / (layout.height - 190);
    layout.annotations = [
      ...(layout.annotations || []),
      text(about.title + " · " + head, 1 + 44 * px, 16, true),
      text([about.period, about.n, about.filters].join(" · "), 1 + 22 * px, 12),
      text(defined, -44 * px, 11),
      text(told, -66 * px, 11),
    ];
    window.Plotly.toImage({ data: plot.data, layout: layout }, { format: "svg", width: layout.width, height: layout.height }).then((url) => {
      const body = decodeURIComponent(url.slice(url.indexOf(",") + 1));
      save(new Blob([body], { type: "image/svg+xml" }), head + "_" + fileName(about, say, "svg"));
    });
  }

  window.fengtuHotspots = window.fengtuHotspots || {};
  window.fengtuHotspots.picture = { png: png, svg: svg };
})();
