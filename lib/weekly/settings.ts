import { type Actor, authorize, personId } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';
import { WeeklySettings } from './schema';

const KEY = 'weekly.report';
const DEFAULT: WeeklySettings = { enabled: true, weekday: 1 };

export async function readWeeklySettings(actor: Actor): Promise<WeeklySettings> {
  authorize(actor, 'dashboard.read');
  return weeklySettings();
}

/** On which day the worker makes last week's report, or that it makes none. */
export async function setWeeklySettings(actor: Actor, input: WeeklySettings): Promise<WeeklySettings> {
  authorize(actor, 'dashboard.report');
  const value = WeeklySettings.parse(input);
  await db().$transaction([
    writeSetting(db(), KEY, value),
    audit(db(), {
      actorId: personId(actor),
      verb: 'dashboard.configure_report',
      subjectKind: 'setting',
      subjectId: KEY,
      data: value,
    }),
  ]);
  return value;
}

/** No permission check: for the worker. */
export async function weeklySettings(): Promise<WeeklySettings> {
  return (await readSetting(KEY, WeeklySettings)) ?? DEFAULT;
}
