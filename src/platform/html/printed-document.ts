import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Html } from './page.ts';

/** Read on a screen and printed on A4; no script, nothing from elsewhere, black on white. */
const style = `
@page{size:A4;margin:18mm 18mm 20mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt "Noto Sans",sans-serif;color:#444}}
*{box-sizing:border-box}
html{font:11pt/1.5 "Noto Sans","Segoe UI",system-ui,Roboto,Arial,sans-serif;color:#111;background:#e8eaee}
body{max-width:210mm;margin:0 auto;padding:14mm 18mm;background:#fff;overflow-wrap:anywhere}
h1{font-size:17pt;line-height:1.25;margin:0 0 3mm}
h2{font-size:13.5pt;line-height:1.3;margin:9mm 0 2mm;padding-bottom:1mm;border-bottom:1.5pt solid #111;break-after:avoid}
h3{font-size:11.5pt;margin:0 0 1.5mm;break-after:avoid}
p{margin:0 0 3mm}
.soft{color:#444}.small{font-size:9.5pt}
.letter{min-height:240mm;display:flex;flex-direction:column;break-after:page}
.letter .parties{display:flex;justify-content:space-between;gap:10mm;margin-bottom:8mm}
.letter .parties div{max-width:80mm}.letter .parties p{margin:0}
.letter .about{font-weight:700;margin:6mm 0}
.letter .closing{margin-top:12mm}
.label{font-size:9.5pt;color:#444;margin:0}
dl{display:grid;grid-template-columns:48mm 1fr;gap:.8mm 4mm;margin:0}
dt{color:#444}dd{margin:0}
table{border-collapse:collapse;width:100%;font-size:10pt;overflow-wrap:normal}
th,td{text-align:left;vertical-align:top;padding:1.2mm 2mm 1.2mm 0;border-bottom:.5pt solid #999}
thead{display:table-header-group}tr{break-inside:avoid}
.num{text-align:right;font-variant-numeric:tabular-nums}
.event{border:.75pt solid #777;border-radius:1.5mm;padding:3mm 4mm;margin:3mm 0;break-inside:avoid}
.event.no{border-left:3pt solid #111}
.text{border:.5pt solid #999;padding:3mm 4mm;margin:0 0 2mm;white-space:pre-wrap;font:9.5pt/1.45 inherit;font-family:inherit}
code{font:9pt/1.4 "Noto Sans Mono",ui-monospace,monospace}
ol,ul{margin:0 0 3mm;padding-left:6mm}
@media (max-width:40rem){body{padding:1rem}.letter .parties{flex-direction:column;gap:4mm}dl{grid-template-columns:1fr}dt{margin-top:1mm}.wide{overflow-x:auto}.wide table{min-width:36rem}}
@media print{html{background:none}body{max-width:none;padding:0}}
`.trim();

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** One file that opens without network anywhere, and prints. */
export function printedDocument({ language, title, body }: { language: string; title: string; body: Html }): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.toString();
}
