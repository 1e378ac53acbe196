import { statSync } from 'node:fs';
import { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CONFIG, type Config } from '../../config/config.js';
import { readTlsPair, type TlsPair } from '../../config/tls-pair.js';
import { HealthChecks } from '../health/health-checks.js';
import { WorkLoop } from '../work-loop.js';

const LOOK_EVERY_MS = 2_000;
/** A certificate that ends sooner makes the service `degraded`, so that somebody renews it in time. In milliseconds. */
const SOON_MS = 7 * 86_400_000;
const HANDSHAKE_MS = 10_000;

type TlsSettings = Pick<Config, 'TLS_CERT' | 'TLS_KEY'>;

/** Undefined where the API has no TLS of its own. @throws TlsPairRefused */
function readPair({ TLS_CERT, TLS_KEY }: TlsSettings): TlsPair | undefined {
  return TLS_CERT === undefined || TLS_KEY === undefined ? undefined : readTlsPair(TLS_CERT, TLS_KEY);
}

/** What a server is made with that serves TLS; undefined where the API has none of its own. @throws TlsPairRefused */
export function tlsOptions(config: TlsSettings) {
  const pair = readPair(config);
  // Whose certificate it is, and whether it counts, access/ says for each request: those who come with an API key have none.
  return pair && { cert: pair.cert, key: pair.key, minVersion: 'TLSv1.2' as const, handshakeTimeout: HANDSHAKE_MS, requestCert: true, rejectUnauthorized: false };
}

/**
 * Takes a new certificate and key into use when their files have changed or at SIGHUP, for the connections that come from then on. A pair that can't
 * be used changes nothing: the present one goes on, and readiness says `degraded` with the reason until the files are right.
 */
@Injectable()
export class ServerTls implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('TLS');
  private readonly loop = WorkLoop.every(ServerTls.name, LOOK_EVERY_MS, () => this.look());
  private readonly onHangUp = () => this.reload();
  private pair: TlsPair | undefined;
  /** The files as they were when they were last read. */
  private seen = '';
  /** PEM of the CAs whose client certificates are asked for. */
  private clientCas: readonly string[] = [];
  /** Why what stands in the files now is not in use. */
  private refusal: string | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly checks: HealthChecks,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit() {
    if (this.server === undefined) return;
    this.server.on('tlsClientError', (error: Error & { code?: string }, socket: TLSSocket) => this.logger.debug({ event: 'tls.handshake_failed', code: error.code, address: socket.remoteAddress }));
    this.reload();
    this.checks.add('tls', () => this.check(), { needed: false });
  }

  onApplicationBootstrap() {
    if (this.server === undefined) return;
    this.loop.start();
    process.on('SIGHUP', this.onHangUp);
  }

  async onModuleDestroy() {
    process.off('SIGHUP', this.onHangUp);
    await this.loop.stop();
  }

  /** Clients that have several certificates, browsers above all, send one of these CAs or none (RFC 8446 section 4.2.4). */
  askFor(clientCas: readonly string[]): void {
    if (clientCas.join() === this.clientCas.join()) return;
    this.clientCas = clientCas;
    if (this.pair) this.serve(this.pair);
  }

  private serve({ cert, key }: TlsPair): void {
    this.server?.setSecureContext({ cert, key, minVersion: 'TLSv1.2', ...(this.clientCas.length > 0 ? { ca: [...this.clientCas] } : {}) });
  }

  private get server(): Server | undefined {
    const server: unknown = this.host.httpAdapter?.getHttpServer();
    return server instanceof Server ? server : undefined;
  }

  private look(): Promise<void> {
    // One that was refused is read again: the other half of the pair may have come.
    if (this.filesNow() !== this.seen || this.refusal !== undefined) this.reload();
    return Promise.resolve();
  }

  private reload(): void {
    const before = this.seen;
    this.seen = this.filesNow();
    try {
      const pair = readPair(this.config);
      if (pair === undefined || this.server === undefined) return;
      this.serve(pair);
      if (this.pair !== undefined && pair.cert !== this.pair.cert) this.logger.log({ event: 'tls.reloaded', notAfter: pair.notAfter });
      this.pair = pair;
      this.refusal = undefined;
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : 'unknown reason';
      if (before !== this.seen) this.logger.warn({ event: 'tls.not_reloaded', reason: this.refusal });
    }
  }

  private check(): Promise<void> {
    if (this.refusal !== undefined) return Promise.reject(new Error(`The certificate before goes on: ${this.refusal}`));
    const notAfter = this.pair?.notAfter ?? new Date();
    if (+notAfter - Date.now() < SOON_MS) return Promise.reject(new Error(`The certificate in TLS_CERT ends at ${notAfter.toISOString()}.`));
    return Promise.resolve();
  }

  private filesNow(): string {
    return [this.config.TLS_CERT, this.config.TLS_KEY].map((file) => stateOf(file ?? '')).join(' ');
  }
}

function stateOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.ino}:${stat.mtimeMs}:${stat.size}` : 'missing';
}
