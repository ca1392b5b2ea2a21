/** Words of plain English that are hardly ever the name of something. Data, with the test for them. Pure. */
import { NUMBERS } from "./fill-roles.ts";
import { isParticiple } from "./mood.ts";
import { isWeak } from "./vocabulary.ts";

const COMMON = new Set(
  // What stands between other words.
  (
    "against along alongside among around away back because before behind below beneath beside besides between beyond both but by despite " +
    "down during either else except following further however inside instead like near neither next no nor not off once only onto other others " +
    "otherwise another base else out outside over past per rather regarding same since some soon such through throughout thus together toward towards under until " +
    "unless upon versus via whatever whether while within without across after ago again already also always anyway anywhere anything anybody " +
    "everywhere everything everybody everyone occupy foreign nothing nobody somewhere something somebody someone elsewhere never often perhaps maybe meanwhile " +
    "afterwards beforehand first second third last latest newest oldest earlier later former latter prior own mine yours theirs whose her his him " +
    "she he doesn't don't isn't can't won't longer shorter bigger smaller better best worse worst good bad " +
    // What is done.
    "add added adding allow answer answers appear apply approve ask begin begins behave belong bring build bring call calls came cancel catch cause change check " +
    "charge clean come comes complain consume contain contains continue count crash create cut cycle decide delete deliver depend describe " +
    "disappear disconnect do does done drop end enter erase exist exists expect expire explain export fail fails feed fell fetch fill find fire fix " +
    "follow forget gave get gets give gives goes going gone got grab grow handle hang hangs happen happens has have having hear held help hide hit hold import " +
    "include insert inspect join keep keeps know lack lacks leave leaves left let lies list listen live lives load look looks lose made mark may mean " +
    "measure mind miss mistake move must name need needs offer open own pause pick place please point pop print produce pull purge push put quit read reads " +
    "receive record register remember remove rename reboot repair replace report request reset restart restore resume return returns reverse " +
    "revert rotate run runs save saw say says see seem seen sees send serve serves set show shut sit sits skip spin stand stands start starts stay " +
    "stays stop store strike supposed suspend take takes talk tell tells think throw tidy told took touch treat try turn undelete undo unset update " +
    "upload use uses wait waits want wants watch went wipe wish work works write writes wrote yield " +
    // How something is, and what kind of thing.
    "active actual alive available bare big blank broken busy certain clean clear complete confidential correct current customary dead deleted " +
    "deployed different empty entire exact existing extra fast final fine free fresh full fully generic global half hard healthy heavy hidden huge " +
    "early idle important internal large late little live local locally long lower manual many merged missing more most much new nice normal obsolete odd off equal " +
    "old opposite original identical outdated pending plain possible present previous private proper public quick raw ready real recent relevant remote right safe " +
    "separate several short similar simple single slow small special specific skeleton sample spare stale starter static stray stuck sure temporary timestamped tiny total " +
    "unused upper usual valid various whole wide wrong " +
    "account action amount approach archive article attention attribute background bookmark baby bit body bunch case change chance chunk class cloud code collection column company " +
    "computer content contents copies copy couple cost costs data date day days detail details deal entries entry error errors event example expense " +
    "fact field file files folder form formatter function group half header history hour hours idea info information input item items json html css csv sql db key " +
    "kind level levels line lines list location log look lot machine marker maximum message messages method minimum minute migration migrations minutes month months " +
    "name names note number object objects occurrence option order output page pages part parts pass password passwords people performance permission " +
    "person piece place places point process program progress project question queue reason record records reference request requests result results " +
    "right row rows rule rules secret service setting settings safety schema share shape side site sites size something sort source space spreadsheet staff state statement statistics stats status storage " +
    "step steps store stuff style summary symbol system table tables team text thing things time times title top total traffic trail truth type use user users value values " +
    "variable variables verification version versions view way week weeks word words workspace cloudflare github gitlab server disk year years " +
    "pullrequest one once twice today tomorrow tonight yesterday everyday"
  ).split(" "),
);

/**
 * A word that nobody means as a name, unless it is quoted or said to be one.
 * @param doing also "waiting", "delivering": what is done to it
 */
export function isCommon(word: string, doing = true): boolean {
  const lower = word.toLowerCase();
  if (COMMON.has(lower) || lower in NUMBERS || isWeak(lower) || /^[a-z]+['’][a-z]{1,2}$/.test(lower))
    return true;
  if (lower.endsWith("est") && lower.length > 5) {
    // "biggest", "largest": how something is, more than others.
    const base = lower.slice(0, -3);
    if ([base, `${base}e`, base.slice(0, -1)].some((one) => one.length > 2 && COMMON.has(one))) return true;
  }
  if (lower.endsWith("ing")) {
    const base = lower.slice(0, -3);
    return doing && (COMMON.has(base) || COMMON.has(`${base}e`));
  }
  return (isParticiple(word) && /^[A-Z]?[a-z]+$/.test(word)) || /^[A-Z]?[a-z]{3,}ly$/.test(word);
}

/** Written as no English word is: with capitals inside, digits, or joined parts. */
export function isNameLike(text: string): boolean {
  return /[a-z][A-Z]|\d|[_@:.$]|\w-\w/.test(text) || /^[A-Z][A-Z0-9_]{2,}$/.test(text);
}

/** A name in code: `calcTotal`, `CartItem`, `parse_order`, `send()`. */
export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_$][\w$]*(?:\(\)?)?$/.test(text) && /[a-z\d][A-Z]|\w_\w|\($|\(\)$/.test(text);
}

/** What stands for a commit whatever else is said: `HEAD~2`, `abc1234`, `origin/main`, `v1.2.0`. */
export function isRevision(text: string): boolean {
  return (
    /^[0-9a-f]{7,40}$/.test(text) ||
    /^(?:HEAD|@)(?:[~^]\d*)*$/.test(text) ||
    /^(?:origin|upstream)\/\S+$/.test(text) ||
    /^v\d+(?:\.\d+)+\S*$/.test(text)
  );
}
