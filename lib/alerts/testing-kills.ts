import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { env } from '../env/env';
import { startChild } from '../store/testing-kills';

/**
 * Sends `alerts` alerts, several requests at once, each again until it is acknowledged with 202, while the process that takes
 * them is killed (SIGKILL) and started again `kills` times, spread over the burst.
 * @returns the ids of the acknowledged alerts, and how many requests failed on the way
 */
export async function burstUnderKills(options: {
  alerts: number;
  kills: number;
  atOnce: number;
}): Promise<{ acknowledged: string[]; failed: number; killed: number }> {
  const { alerts, kills, atOnce } = options;
  const acknowledged: string[] = [];
  let [next, failed, killed] = [0, 0, 0];
  let child = await startChild('lib/alerts/testing-intake.ts', []);
  const sendAll = async () => {
    for (let number = next++; number < alerts; number = next++) {
      const id = `burst-${number}`;
      while (!(await isTaken(id))) {
        failed += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      acknowledged.push(id);
    }
  };
  const kill = async () => {
    for (; killed < kills; killed += 1) {
      const due = Math.floor(((killed + 1) * alerts) / (kills + 1));
      while (acknowledged.length < due) await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
      child = await replace(child);
    }
  };
  await Promise.all([kill(), ...Array.from({ length: atOnce }, sendAll)]);
  child.kill('SIGKILL');
  return { acknowledged, failed, killed };
}

async function replace(child: ChildProcess): Promise<ChildProcess> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  return startChild('lib/alerts/testing-intake.ts', []);
}

/** Whether the alert was acknowledged; false for any failure. */
function isTaken(id: string): Promise<boolean> {
  const body = JSON.stringify({ id, title: `Alert ${id}`, severity: 'low', ip: '198.51.100.7', user: 'ada' });
  return new Promise((resolve) => {
    const request = http.request({ socketPath: path.join(env().DATA_DIR, 'intake.sock'), method: 'POST' });
    request.on('error', () => resolve(false));
    request.on('response', (response) => {
      response.resume();
      response.on('close', () => resolve(response.statusCode === 202));
    });
    request.end(body);
  });
}
