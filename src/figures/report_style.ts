/** The style sheet of `report.html`: system fonts, one accent colour, light, dark and paper. */
export const REPORT_STYLE = `
:root {
  --paper: #fbfaf8; --card: #fff; --ink: #1d1f23; --faint: #63676f; --line: #e3e0da; --accent: #b4530a; --bar: #a9adb5;
  font: 17px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #131417; --card: #1b1d21; --ink: #eceae6; --faint: #a0a4ac; --line: #303339; --accent: #f5a04c; --bar: #666b75; }
}
@media (min-width: 2200px) { :root { font-size: 24px; } }
* { box-sizing: border-box; margin: 0; }
body { background: var(--paper); color: var(--ink); }
main { max-width: 66rem; margin: 0 auto; padding: clamp(1.5rem, 5vw, 4.5rem) clamp(1rem, 4vw, 2.5rem); }
.brand { color: var(--accent); font-weight: 650; letter-spacing: .02em; }
h1 { font-size: clamp(1.9rem, 5vw, 3rem); line-height: 1.12; letter-spacing: -.02em; text-wrap: balance; margin: .3rem 0 1.2rem; }
.lead { max-width: 42rem; font-size: 1.08rem; margin-bottom: .8rem; }
.tally { margin-top: 1.4rem; color: var(--faint); }
.tally strong { color: var(--accent); font-size: 1.5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .8rem; list-style: none; padding: 0; margin: .8rem 0 0; }
nav a { display: block; width: 6.4rem; color: var(--faint); text-decoration: none; font-size: .8rem; line-height: 1.35; }
nav a:hover span, nav a:focus-visible span { color: var(--accent); text-decoration: underline; }
nav img { margin-bottom: .35rem; }
article { position: relative; margin-top: clamp(2.2rem, 5vw, 3.5rem); padding: clamp(1.1rem, 3vw, 2.2rem); background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; }
.number { position: absolute; right: clamp(1.1rem, 3vw, 2.2rem); font-size: 1.6rem; line-height: 1.3; font-weight: 300; color: var(--faint); }
h2 { font-size: 1.35rem; line-height: 1.3; letter-spacing: -.01em; padding-right: 2.5rem; }
.verdict { max-width: 42rem; margin: .4rem 0 1.5rem; color: var(--faint); }
.verdict b { color: var(--ink); }
.panels { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: clamp(1rem, 2.5vw, 2rem); }
img { display: block; width: 100%; height: auto; image-rendering: pixelated; border-radius: 6px; outline: 1px solid var(--line); }
.absent { display: grid; place-items: center; aspect-ratio: 1; border: 1px dashed var(--line); border-radius: 6px; color: var(--faint); }
figcaption { margin: .6rem 0 .7rem; font-size: .9rem; color: var(--faint); }
figcaption b { color: var(--ink); margin-right: .3em; }
.bars { list-style: none; padding: 0; font-size: .8rem; line-height: 1.5; font-variant-numeric: tabular-nums; color: var(--faint); }
.bars li { display: grid; grid-template-columns: minmax(1.2em, max-content) 1fr 3.9em; gap: .6em; align-items: center; }
.name { max-width: 9em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.track { height: .55em; border-radius: 3px; background: color-mix(in srgb, var(--line) 60%, transparent); overflow: hidden; }
.track i { display: block; height: 100%; background: var(--bar); }
.share { text-align: right; }
.predicted { color: var(--ink); }
.predicted i { background: var(--ink); }
.true { color: var(--accent); font-weight: 650; }
.true i { background: var(--accent); }
.scale { height: .6rem; border-radius: 3px; background: linear-gradient(90deg, #053061, #2166ac, #4393c3, #92c5de, #d1e5f0, #f7f7f7, #fddbc7, #f4a582, #d6604d, #b2182b, #67001f); }
.ends { display: flex; justify-content: space-between; font-size: .8rem; color: var(--faint); margin-top: .25rem; }
dl { margin-top: .9rem; font-size: .9rem; }
dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .3rem 0; border-top: 1px solid var(--line); }
dt { color: var(--faint); }
dd { font-weight: 650; text-align: right; }
.scroll { overflow-x: auto; margin-top: 1.6rem; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 4px; }
table { width: 100%; border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--faint); padding-bottom: .4rem; }
th, td { text-align: left; padding: .4rem .9rem .4rem 0; border-top: 1px solid var(--line); vertical-align: top; white-space: nowrap; font-weight: 400; }
thead th { color: var(--faint); border-top: 0; }
td:nth-child(n+3):nth-child(-n+6), th:nth-child(n+3):nth-child(-n+6) { text-align: right; }
td:last-child { white-space: normal; min-width: 15rem; padding-right: 0; }
.found th, .found td:nth-child(2) { color: var(--accent); font-weight: 650; }
footer { margin-top: 3.5rem; font-size: .9rem; color: var(--faint); max-width: 48rem; }
footer h2 { font-size: 1rem; color: var(--ink); margin-bottom: .5rem; }
footer ol { padding-left: 1.3rem; }
@media (max-width: 640px) {
  .panels { grid-template-columns: 1fr; gap: 1.6rem; }
  nav a { width: 4.6rem; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --faint: #444; --line: #bbb; --accent: #8a3d00; --bar: #888; font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  article { break-inside: avoid; border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 1rem 0 0; }
  .panels { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .track i, .scale, img { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav { display: none; }
}
`;
