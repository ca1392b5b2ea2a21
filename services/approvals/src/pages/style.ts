/** The page's one style sheet: what every page without the console begins with, then the parts of a question. Its hash is in the policy header. */
import { PAGE_STYLE } from "@tw/shared/pages/look";

export const STYLE = `${PAGE_STYLE}
.skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:12px;background:var(--raised);padding:8px 12px;z-index:9}
.page{max-width:720px;margin:0 auto;padding:24px 24px 40px}
header.top{display:flex;justify-content:space-between;align-items:center;gap:16px;font-size:14px;color:var(--muted);padding-bottom:24px;overflow-wrap:anywhere}
header.top .brand{color:var(--text);font-size:15px}
h1{white-space:pre-wrap}
.lede{color:var(--muted);margin:0 0 20px}
.lede strong{color:var(--text);font-weight:600}
section{border-top:1px solid var(--line);padding:20px 0}
blockquote{margin:0 0 20px;padding:2px 0 2px 14px;border-left:3px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere}
.nb{white-space:nowrap}
pre.run{margin:0;background:var(--sunken);border:1px solid var(--line);border-radius:5px;padding:12px 14px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.55}
.head{display:flex;justify-content:space-between;align-items:baseline;gap:0 12px;flex-wrap:wrap;margin-bottom:8px}.head h2{margin:0}
.w{display:inline-block;max-width:100%;white-space:pre-wrap;overflow-wrap:anywhere}
.effect{font-size:14px;color:var(--muted)}
.effect.destructive{color:var(--bad);font-weight:600}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:12px 0 0;font-size:14px}
dl.facts dt{color:var(--muted)}dl.facts dd{margin:0;overflow-wrap:anywhere}
ol,ul{margin:0;padding:0;list-style:none}
ol.steps li{display:grid;grid-template-columns:24px minmax(0,1fr) max-content;gap:2px 8px;padding:6px 0;align-items:baseline;line-height:22px}
ol.steps li>span:first-child{font-size:15px;height:22px;overflow:hidden}
ol.steps .word{color:var(--muted);font-size:14px}
ol.steps .out{grid-column:2/4;color:var(--muted);overflow-wrap:anywhere;white-space:pre-wrap}
ol.plain{counter-reset:n}
ol.plain li{counter-increment:n;padding:4px 0 4px 32px;position:relative;overflow-wrap:anywhere}
ol.plain{margin-bottom:4px}
ol.plain li::before{content:counter(n);position:absolute;left:0;width:20px;text-align:right;color:var(--muted);font-size:14px;line-height:24px}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.changed{border:1px solid var(--line-strong);background:var(--warn-soft);border-radius:5px;padding:16px;margin:0 0 20px}
.changed .sub{color:var(--warn)}
dl.diff,ul.diff{margin:8px 0 0}dl.diff .what{font-size:14px;font-weight:600}
dl.diff dd,ul.diff li{margin:0;display:grid;grid-template-columns:20px minmax(0,1fr);align-items:baseline}
dl.diff del,dl.diff ins,ul.diff del,ul.diff ins{text-decoration:none;overflow-wrap:anywhere;grid-column:2}
details.log{grid-column:2/4}
details.log pre{margin:4px 0 8px;background:var(--sunken);border:1px solid var(--line);border-radius:5px;padding:10px 12px;max-height:320px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.ok{color:var(--ok)}.no{color:var(--bad)}
details summary{cursor:pointer;color:var(--muted);font-size:14px;padding:4px 0}
.field{margin:0 0 16px}
.hint{color:var(--muted);font-weight:400}
input[type=text],select,textarea{width:100%;font:inherit;color:inherit;background:var(--raised);border:1px solid var(--line-strong);border-radius:5px;padding:10px 12px;min-height:44px}
textarea{min-height:76px;resize:vertical;display:block}
.check{display:flex;gap:10px;align-items:flex-start;font-weight:400;font-size:16px}
.check input{width:22px;height:22px;margin:1px 0 0;flex:none;accent-color:var(--accent)}
.notice{border:1px solid var(--line-strong);background:var(--warn-soft);color:var(--warn);border-radius:5px;padding:12px 14px;margin:0 0 20px;overflow-wrap:anywhere}
.notice p:last-child,.notice ul:last-child{margin-bottom:0}.notice a{color:inherit}
.notice.bad{border-color:var(--line-strong);color:var(--bad);background:transparent}
.decide{position:sticky;bottom:0;background:var(--bg);border-top:1px solid var(--line);margin:0 -24px;padding:12px 24px calc(12px + env(safe-area-inset-bottom));z-index:1}
.buttons{display:grid;grid-template-columns:1fr 1fr;gap:12px}
.buttons button{font:inherit;font-weight:500;line-height:1.3;min-height:48px;padding:8px 12px;border-radius:5px;border:1px solid;cursor:pointer;background:var(--raised);overflow-wrap:anywhere}
.buttons .approve{border-color:transparent;background:var(--accent);color:var(--on-accent)}
.buttons .reject{border-color:var(--line-strong);color:var(--bad)}
.signin{display:block;text-align:center;font-weight:500;line-height:1.3;min-height:48px;padding:13px 12px;border-radius:5px;background:var(--accent);color:var(--on-accent);text-decoration:none}
.buttons .approve:hover,.signin:hover{background:var(--accent-strong)}.buttons .reject:hover{background:var(--bad-soft)}
.small{font-size:13px;color:var(--muted);margin:4px 0 20px;text-align:center}
.outcome{display:flex;gap:16px;align-items:flex-start;padding:4px 0 12px}
.mark{flex:none;width:44px;height:44px;border-radius:50%;border:1px solid transparent;display:grid;place-items:center;font-size:22px;line-height:1;font-weight:700}
.mark.ok{background:var(--ok-soft)}.mark.no{background:var(--bad-soft)}.mark.off{color:var(--muted);background:var(--sunken)}
.outcome h1{margin-top:4px}
@media (max-width:520px){.page{padding:16px 16px 28px}.decide{margin:0 -16px;padding-left:16px;padding-right:16px}header.top{padding-bottom:16px}dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:6px}.buttons{gap:8px}.buttons button{padding:8px 6px;font-size:15px}}
@media (max-height:480px){.decide{position:static}}
@media (forced-colors:active){.mark,.buttons button{border-color:currentColor}}
`;
