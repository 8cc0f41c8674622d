import { createHash } from 'node:crypto';

/**
 * The whole look of the public pages. System fonts only, nothing sticky, nothing that moves; readable from 320 px up, at
 * 200 % text, in the dark, in forced colours and on paper. Buttons that lead opposite ways look the same: a brighter
 * "yes" is a dark pattern (EDPB 03/2022, "stirring").
 */
const css = `
:root{color-scheme:light dark;--text:#1b2330;--soft:#475367;--ground:#f6f7f9;--sheet:#fff;--line:#8a94a6;--faint:#dde1e8;--link:#0b4ea2;--act:#0b4ea2;--on-act:#fff;--bad:#a8071a;--bad-ground:#fff1f0;--good:#135200;--good-ground:#f6ffed;--ring:#0b4ea2}
@media (prefers-color-scheme:dark){:root{--text:#e8ebf0;--soft:#b3bccb;--ground:#12161d;--sheet:#1b212b;--line:#7d8899;--faint:#343d4c;--link:#8ebcff;--act:#8ebcff;--on-act:#0c1626;--bad:#ff9c9c;--bad-ground:#2f1a1e;--good:#a3e08a;--good-ground:#182a17;--ring:#ffd666}}
*,*::before,*::after{box-sizing:border-box}
html{font:100%/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;text-size-adjust:100%;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);overflow-wrap:anywhere}
a{color:var(--link);text-underline-offset:.18em}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--ring);outline-offset:3px;border-radius:2px}
main:focus{outline:none}
.skip{position:absolute;left:-100rem;background:var(--sheet);padding:.75rem 1rem;z-index:1}
.skip:focus{left:.5rem;top:.5rem}
.bar{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:0 1rem}
.bar,main,.foot{max-width:41rem;margin-inline:auto;padding-inline:1rem}
.bar{padding-block:.5rem}
.who{font-weight:600;margin:0}
.tongues{display:flex;gap:.25rem}
.tongues a,.tongues button,.tongues span{display:inline-flex;align-items:center;min-height:44px;min-width:44px;padding:0 .5rem;font:inherit;color:var(--link);background:none;border:0;text-decoration:underline;text-underline-offset:.18em;cursor:pointer}
.tongues [aria-current]{color:var(--text);text-decoration:none;font-weight:600;cursor:default}
main{background:var(--sheet);padding-block:1.5rem 2rem;border-radius:.75rem}
@media (min-width:42rem){main{padding-inline:2.25rem}.bar,.foot{padding-inline:2.25rem}}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .75rem;text-wrap:balance}
h2{font-size:1.2rem;line-height:1.3;margin:2rem 0 .5rem}
h3{font-size:1.05rem;margin:1.25rem 0 .25rem}
p,ul,ol,dl{margin:0 0 1rem}
.lead{font-size:1.08rem}
.soft,.hint{color:var(--soft)}
.hint{margin:.15rem 0 .35rem;font-size:.95rem}
.field{margin:0 0 1.35rem}
.field>label,legend{font-weight:600;display:block}
legend{padding:0;font-size:1.1rem}
input:not([type=checkbox]):not([type=radio]),textarea,select{font:inherit;color:inherit;width:100%;max-width:28rem;min-height:44px;padding:.5rem .65rem;border:1px solid var(--line);border-radius:.4rem;background:var(--ground)}
textarea{resize:vertical}
[aria-invalid=true]:not([type=checkbox]){border:2px solid var(--bad)!important}
fieldset{border:0;margin:0 0 1.35rem;padding:0;min-width:0}
.wrong{border-left:4px solid var(--bad);padding-left:.85rem}
.error{color:var(--bad);font-weight:600;margin:.15rem 0 .35rem}
.tick{display:grid;grid-template-columns:44px 1fr;align-items:start;margin-top:.5rem}
.tick input{width:24px;height:24px;margin:10px;accent-color:var(--act)}
.tick label{padding-block:9px;min-height:44px;cursor:pointer}
.tick .hint,.tick .state{grid-column:2;margin:0 0 .25rem}
button.act,a.act{display:inline-flex;align-items:center;justify-content:center;min-height:48px;padding:.55rem 1.4rem;font:inherit;font-weight:600;text-align:center;color:var(--on-act);background:var(--act);border:2px solid var(--act);border-radius:.4rem;cursor:pointer;text-decoration:none}
button.act:hover,a.act:hover{text-decoration:underline}
.choices{display:grid;gap:.75rem;grid-template-columns:1fr;margin:1.25rem 0}
@media (min-width:34rem){.choices{grid-template-columns:1fr 1fr}}
.summary,.told{border:2px solid;border-radius:.5rem;padding:1rem 1.1rem;margin:0 0 1.5rem}
.summary{border-color:var(--bad);background:var(--bad-ground)}
.told{border-color:var(--good);background:var(--good-ground)}
.summary h2,.told h2{margin:0 0 .35rem;font-size:1.1rem}
.summary ul{list-style:none;margin:0;padding:0}.told ul{margin:0;padding-left:1.2rem}
.summary a{color:var(--bad);font-weight:600;display:inline-block;padding-block:.6rem}
.summary p:last-child,.told p:last-child{margin:0}
.box{border:1px solid var(--faint);border-radius:.5rem;padding:1rem 1.1rem;margin:0 0 1.35rem}
.box h2,.box h3{margin-top:0}
.box>:last-child{margin-bottom:0}
.notice{font-size:.95rem}
.notice p{margin-bottom:.5rem}
summary{min-height:44px;display:flex;align-items:center;cursor:pointer;color:var(--link);text-decoration:underline;text-underline-offset:.18em}
summary::before{content:"+";display:inline-block;width:1.2rem;text-decoration:none;font-weight:700}
[open]>summary::before{content:"\\2212"}
blockquote{margin:0 0 1rem;padding:.25rem 0 .25rem 1rem;border-left:4px solid var(--faint)}
pre{white-space:pre-wrap;font:inherit;margin:0}
dt{font-weight:600}
dd{margin:0 0 .6rem}
.trap{position:absolute;left:-100rem;width:1px;height:1px;overflow:hidden}
.foot{font-size:.92rem;color:var(--soft);padding-block:1.25rem 2rem}
.foot ul{list-style:none;padding:0;margin:0;display:flex;flex-wrap:wrap;gap:0 1.25rem}
.foot li{display:flex;align-items:center;min-height:44px}
.foot a{display:inline-flex;align-items:center;min-height:44px}
@media (forced-colors:active){.summary,.told,.box,button.act,a.act{border:2px solid CanvasText}main{border:1px solid CanvasText}}
@media (prefers-reduced-motion:no-preference){.summary{scroll-margin-top:1rem}}
@media print{body,main{background:#fff;color:#000}.skip,.tongues,.trap,button{display:none!important}main,.bar,.foot{max-width:none;padding-inline:0}details>*{display:block}a[href^=http]::after{content:" (" attr(href) ")"}}
`.trim();

const hash = createHash('sha256').update(css).digest('hex').slice(0, 16);

/** The stylesheet under a name that changes with its content, so that browsers may keep it for good. */
export const stylesheet = { path: `/assets/public-${hash}.css`, body: css } as const;
