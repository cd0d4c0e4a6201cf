const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** 1–12 for an English month's name or its first letters (at least three); 0 for another word. */
export const monthNumber = (name: string): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;

/** First letters of months in German, French, Spanish, Portuguese, Italian and Dutch, where English has others. */
const LOCAL_MONTHS = [
  'jän ene gen',
  'fév fev',
  'mär mrz mrt maa',
  'abr avr',
  'mai mag mei',
  'juin giu',
  'juil lug',
  'aoû aou ago',
  'set',
  'okt ott out',
  '',
  'dez dic déc',
].map((names) => names.split(' ').filter(Boolean));

/** The same for a name in any of these languages too. */
export function localMonthNumber(name: string): number {
  const lower = name.toLowerCase();
  const english = lower.startsWith('jui') ? 0 : monthNumber(lower);
  return english || LOCAL_MONTHS.findIndex((starts) => starts.some((start) => lower.startsWith(start))) + 1;
}

/** Minutes ahead of UTC, by abbreviations that mean one offset in nearly all logs. */
export const ZONE_MINUTES: Record<string, number> = {
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  CET: 60,
  CEST: 120,
  BST: 60,
  EET: 120,
  EEST: 180,
  JST: 540,
  KST: 540,
  SGT: 480,
  HKT: 480,
  WIB: 420,
  MSK: 180,
  BRT: -180,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
};
