/** The page's one style sheet: paper, one accent, hairlines; light and dark are equals. Its hash is in the policy header. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf8;--card:#fff;--ink:#1c1b19;--soft:#625e57;--line:#e2ded6;--accent:#1d5fd1;--code:#f4f2ed;--good:#176b37;--goodline:#a5cfb3;--bad:#b3261e;--badline:#e8b4ae;--warn:#8a4b00;--warnbg:#fdf3e3;--warnline:#ecd2a8}
@media (prefers-color-scheme:dark){:root{--paper:#141413;--card:#1b1b1a;--ink:#ecebe7;--soft:#a5a199;--line:#33322f;--accent:#7fb0ff;--code:#222220;--good:#7fd19b;--goodline:#2f5a3e;--bad:#ff9a90;--badline:#6b2f2a;--warn:#f2c078;--warnbg:#2a2216;--warnline:#57431f}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:12px;background:var(--card);padding:8px 12px;z-index:9}
.page{max-width:720px;margin:0 auto;padding:24px 24px 40px}
header.top{display:flex;justify-content:space-between;gap:16px;font-size:14px;color:var(--soft);padding-bottom:20px;overflow-wrap:anywhere}
header.top b{color:var(--ink);font-weight:600}
h1{font-size:28px;line-height:1.22;letter-spacing:-.012em;font-weight:650;margin:0 0 8px;overflow-wrap:anywhere;white-space:pre-wrap;text-wrap:pretty}
.lede{color:var(--soft);margin:0 0 20px}
.lede strong{color:var(--ink);font-weight:600}
h2{font-size:14px;font-weight:600;margin:0 0 8px}
section{border-top:1px solid var(--line);padding:20px 0}
p{margin:0 0 8px;overflow-wrap:anywhere}
blockquote{margin:0 0 20px;padding:2px 0 2px 14px;border-left:3px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere}
.nb{white-space:nowrap}
.mono,code,pre,textarea.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;font-size:14px}
pre.run{margin:0;background:var(--code);border:1px solid var(--line);border-radius:8px;padding:12px 14px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.55}
.head{display:flex;justify-content:space-between;align-items:baseline;gap:0 12px;flex-wrap:wrap;margin-bottom:8px}.head h2{margin:0}
.w{display:inline-block;max-width:100%;white-space:pre-wrap;overflow-wrap:anywhere}
.effect{font-size:14px;color:var(--soft)}
.effect.destructive{color:var(--bad);font-weight:600}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:12px 0 0;font-size:14px}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
ol,ul{margin:0;padding:0;list-style:none}
ol.steps li{display:grid;grid-template-columns:24px minmax(0,1fr) max-content;gap:2px 8px;padding:6px 0;align-items:baseline;line-height:22px}
ol.steps li>span:first-child{font-size:15px;height:22px;overflow:hidden}
ol.steps .word{color:var(--soft);font-size:14px}
ol.steps .out{grid-column:2/4;color:var(--soft);overflow-wrap:anywhere;white-space:pre-wrap}
ol.plain{counter-reset:n}
ol.plain li{counter-increment:n;padding:4px 0 4px 32px;position:relative;overflow-wrap:anywhere}
ol.plain{margin-bottom:4px}
ol.plain li::before{content:counter(n);position:absolute;left:0;width:20px;text-align:right;color:var(--soft);font-size:14px;line-height:24px}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.changed{border:1px solid var(--warnline);background:var(--warnbg);border-radius:8px;padding:16px;margin:0 0 20px}
.changed .sub{color:var(--warn)}
dl.diff,ul.diff{margin:8px 0 0}dl.diff .what{font-size:14px;font-weight:600}
dl.diff dd,ul.diff li{margin:0;display:grid;grid-template-columns:20px minmax(0,1fr);align-items:baseline}
dl.diff del,dl.diff ins,ul.diff del,ul.diff ins{text-decoration:none;overflow-wrap:anywhere;grid-column:2}
details.log{grid-column:2/4}
details.log pre{margin:4px 0 8px;background:var(--code);border:1px solid var(--line);border-radius:8px;padding:10px 12px;font-size:13px;max-height:320px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.sub{color:var(--soft);font-size:14px}
.ok{color:var(--good)}.no{color:var(--bad)}
details summary{cursor:pointer;color:var(--soft);font-size:14px;padding:4px 0}
label,legend{display:block;font-weight:600;font-size:14px;margin:0 0 4px}
.field{margin:0 0 16px}
.hint{color:var(--soft);font-weight:400}
input[type=text],select,textarea{width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid #8a857b;border-radius:8px;padding:10px 12px;min-height:44px}
textarea{min-height:76px;resize:vertical;display:block}
.check{display:flex;gap:10px;align-items:flex-start;font-weight:400;font-size:16px}
.check input{width:22px;height:22px;margin:1px 0 0;flex:none;accent-color:var(--accent)}
.err{color:var(--bad);font-size:14px;margin:4px 0 0}
[aria-invalid=true]{border-color:var(--bad)!important}
.notice{border:1px solid var(--warnline);background:var(--warnbg);color:var(--warn);border-radius:8px;padding:12px 14px;margin:0 0 20px;overflow-wrap:anywhere}
.notice p:last-child,.notice ul:last-child{margin-bottom:0}.notice a{color:inherit}
.notice.bad{border-color:var(--badline);color:var(--bad);background:transparent}
.decide{position:sticky;bottom:0;background:var(--paper);border-top:1px solid var(--line);margin:0 -24px;padding:12px 24px calc(12px + env(safe-area-inset-bottom));z-index:1}
.buttons{display:grid;grid-template-columns:1fr 1fr;gap:12px}
.buttons button{font:inherit;font-weight:600;line-height:1.25;min-height:56px;padding:8px 12px;border-radius:10px;border:2px solid;cursor:pointer;background:var(--card);overflow-wrap:anywhere}
.approve{border-color:var(--good)!important;color:var(--good)}
.reject{border-color:var(--bad)!important;color:var(--bad)}
.signin{display:block;text-align:center;font-weight:600;line-height:1.25;min-height:56px;padding:16px 12px;border-radius:10px;border:2px solid var(--accent);color:var(--accent);text-decoration:none}
.buttons button:hover{background:var(--code)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.small{font-size:13px;color:var(--soft);margin:4px 0 20px;text-align:center}
.outcome{display:flex;gap:16px;align-items:flex-start;padding:4px 0 12px}
.mark{flex:none;width:44px;height:44px;border-radius:50%;border:2px solid;display:grid;place-items:center;font-size:22px;line-height:1;font-weight:700}
.mark.ok{border-color:var(--goodline)}.mark.no{border-color:var(--badline)}.mark.off{color:var(--soft);border-color:var(--line)}
.outcome h1{margin-top:4px}
footer{font-size:13px;color:var(--soft);border-top:1px solid var(--line);padding-top:16px;overflow-wrap:anywhere}
@media (max-width:520px){.page{padding:16px 16px 28px}h1{font-size:24px}.decide{margin:0 -16px;padding-left:16px;padding-right:16px}header.top{padding-bottom:16px}dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:6px}.buttons{gap:8px}.buttons button{padding:8px 6px;font-size:15px}}
@media (max-height:480px){.decide{position:static}}
@media (forced-colors:active){.mark,.buttons button{border-color:currentColor}}
`;
