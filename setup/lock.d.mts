import type { Socket } from 'node:net';
export interface Lock {
  release(): Promise<void>;
}
export function tryLock(folder: string, purpose: string, onVisitor?: (socket: Socket) => void): Promise<Lock | undefined>;
export function visitHolder(folder: string, purpose: string, onLine?: (line: string) => 'enough' | undefined): Promise<void>;
