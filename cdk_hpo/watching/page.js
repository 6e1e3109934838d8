"use strict";
const { hovers, figures } = JSON.parse(document.getElementById("figures").textContent);
for (const trace of figures.flatMap((figure) => figure.data)) {
  trace.hovertext = trace.hovertext?.map((number) => (number === null ? null : hovers[number - 1]));
}
const dark = matchMedia("(prefers-color-scheme: dark)");

// Plots take the page's colours, also when the reader changes from light to dark.
function coloured(layout) {
  const style = getComputedStyle(document.documentElement);
  const [ink, edge, card] = ["--ink", "--edge", "--card"].map((name) => style.getPropertyValue(name).trim());
  const axes = ["xaxis", "yaxis"].filter((name) => name in layout);
  const lines = { gridcolor: edge, linecolor: edge, zerolinecolor: edge };
  return {
    ...layout,
    ...Object.fromEntries(axes.map((name) => [name, { ...layout[name], ...lines }])),
    annotations: (layout.annotations || []).map((each) => ({ ...each, bgcolor: card })),
    font: { color: ink, family: "system-ui, sans-serif", size: 12 },
    hoverlabel: { bgcolor: card, bordercolor: edge, font: { color: ink } },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
  };
}

function draw() {
  figures.forEach((figure, number) => {
    const place = document.getElementById(`figure-${number}`);
    const options = { responsive: true, displaylogo: false, displayModeBar: false };
    Plotly.react(place, figure.data, coloured(figure.layout), options);
  });
}

draw();
dark.addEventListener("change", draw);
