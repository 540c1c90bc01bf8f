/** The page's style sheet: light or dark as the reader's system, nothing loaded. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--text:#1d232c;--quiet:#545f6e;--rule:#d3d8df;--soft:#f4f6f8;--mark:#3a6ea5;--accent:#b45309;--good:#146c43;--bad:#b02a37;--series-1:#2f6db3;--series-2:#b45309;--series-3:#177245;--series-4:#8e3b8e;--series-5:#b02a37;--series-6:#4b5563}
@media (prefers-color-scheme:dark){:root{--ground:#14171c;--text:#e3e7ee;--quiet:#a3adbb;--rule:#39414d;--soft:#1d222a;--mark:#8ab8e6;--accent:#ffb454;--good:#6fd3a0;--bad:#ff8f8f;--series-1:#8ab8e6;--series-2:#ffb454;--series-3:#6fd3a0;--series-4:#dba6e3;--series-5:#ff8f8f;--series-6:#b9c2cf}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem clamp(1rem,4vw,3rem) 4rem;max-width:88rem;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:1.5rem 0 .5rem}
p{margin:.5rem 0;max-width:75ch}
header p{color:var(--quiet);overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.75rem 0 0;padding:0}
a{color:var(--mark)}
.wide{overflow-x:auto}
p.caption{color:var(--quiet);font-size:.9rem;margin:1rem 0 .3rem}
.wide:focus-visible{outline:2px solid var(--mark);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem 1.4rem .35rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
thead th{font-weight:600;border-bottom:2px solid var(--rule);vertical-align:bottom}
tbody th{font-weight:500;min-width:9rem;overflow-wrap:anywhere}
.number{text-align:right}
.good{color:var(--good);font-weight:600}
.bad{color:var(--bad);font-weight:600}
.row{display:flex;flex-wrap:wrap;gap:1.25rem;margin:.75rem 0}
figure{margin:0;min-width:0;max-width:100%}
figure svg{display:block}
figure.picture{width:31rem}
figure.picture.small{width:11rem}
figure img{max-width:100%;height:auto;display:block;border-radius:4px}
figcaption{color:var(--quiet);font-size:.875rem;margin-top:.35rem;max-width:31rem;overflow-wrap:anywhere}
.absent{border:1px dashed var(--rule);border-radius:4px;padding:1rem;margin:0;color:var(--quiet)}
ul{padding-left:1.25rem;overflow-wrap:anywhere}
details{margin:.5rem 0}
summary{cursor:pointer}
pre{background:var(--soft);padding:.75rem;overflow-x:auto;border-radius:4px;font-size:.85rem}
@media print{nav{display:none}section{break-inside:avoid}}
`.trim();
