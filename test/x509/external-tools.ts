import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPem } from '../../src/x509/pem.js';
import { newFolder } from '../support/run-folders.js';

export interface ToolAnswer {
  ok: boolean;
  text: string;
}

/** Programs of other people that judge our bytes. Each runs to its end before the call answers. */
export function openssl(args: string[], input: Buffer | string = ''): ToolAnswer {
  return run('openssl', args, input);
}

export function certtool(args: string[], input: Buffer | string = ''): ToolAnswer {
  return run('certtool', args, input);
}

function run(program: string, args: string[], input: Buffer | string): ToolAnswer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', timeout: 30_000 });
  if (error) throw error;
  return { ok: status === 0, text: stdout + stderr };
}

/** A folder inside the checkout for one test file; `remove` it in `afterAll`. */
export class Scratch {
  private readonly folder: string;

  constructor() {
    this.folder = newFolder('x509');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Buffer): string {
    writeFileSync(this.path(name), content, { mode: 0o600 });
    return this.path(name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whether openssl, at its strictest, builds and accepts the chain from a leaf to a self-signed CA, and what it says. */
export function opensslVerdict(scratch: Scratch, ca: Buffer, leaf: Buffer): ToolAnswer {
  return openssl(['verify', '-x509_strict', '-CAfile', scratch.write('ca.pem', toPem('CERTIFICATE', ca))], toPem('CERTIFICATE', leaf));
}

/** The same of gnutls. */
export function gnutlsVerdict(scratch: Scratch, ca: Buffer, leaf: Buffer): ToolAnswer {
  return certtool(['--verify', '--load-ca-certificate', scratch.write('ca.pem', toPem('CERTIFICATE', ca))], toPem('CERTIFICATE', leaf));
}
