import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

export function startP11KitServer(place: { path: string; module: string; conf: string }): Promise<ChildProcess & { stdout: Readable }>;

export class NetworkWay {
  latencyMs: number;
  idleMs: number;
  signMs: number;
  constructor(far: string);
  listen(path: string): Promise<void>;
  heard(count: number): Promise<void>;
  takeTimes(): { gapsMs: number[]; lateMs: number[] };
  cut(): Promise<void>;
  close(): Promise<void>;
}
