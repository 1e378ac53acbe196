import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Calls that are kept on their way. */
export interface HeldCalls {
  /** The first one has come, whole. */
  come: Promise<void>;
  /** All of them go on to AWS now, whether or not somebody still waits for their answers; resolves when AWS has done what they ask. `cut`: their callers learn nothing of it. */
  letGo(more?: { cut?: boolean }): Promise<void>;
}

export interface SeenCall {
  /** `GET /endpoint` */
  call: string;
  at: number;
  headers: IncomingMessage['headers'];
}

/** Stands between the service and the sandbox: notes each call, and can behave like an AWS that is away. */
export class AwsEdge {
  readonly seen: SeenCall[] = [];
  /** `stall`: the headers of an answer come, and nothing after them. `cut`: nor does the connection stay. */
  behaviour: 'pass' | 'refuse' | 'hang' | 'stall' | 'cut' | 'throttle' = 'pass';
  /** Calls (`PUT /cacertificate/…`) that it answers as AWS does where the caller has no permission. */
  denied: RegExp | undefined;
  /** What is done while a call (`POST /certificates`) is on its way; it goes on to AWS when that is through. */
  onTheWay: ((call: string) => Promise<void>) | undefined;
  private held: { fits: RegExp; come: () => void; gone: Promise<{ cut: boolean }>; done: Promise<void>[] } | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly upstream: URL,
    private readonly server = createServer(),
  ) {
    server.on('request', (incoming, response) => this.answer(incoming, response));
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  static async before(upstream: string): Promise<AwsEdge> {
    const edge = new AwsEdge(new URL(upstream));
    await new Promise<void>((resolve) => edge.server.listen(0, '127.0.0.1', resolve));
    return edge;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Calls that change something in AWS. */
  get mutations(): string[] {
    return this.seen.map(({ call }) => call).filter((call) => !call.startsWith('GET '));
  }

  /** Calls that fit (`PUT /cacertificate/…?newStatus=…`) are kept on their way from now on. */
  hold(fits: RegExp): HeldCalls {
    const come = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<{ cut: boolean }>();
    const held = { fits, come: come.resolve, gone: gone.promise, done: [] };
    this.held = held;
    return {
      come: come.promise,
      letGo: async ({ cut = false } = {}) => {
        this.held = undefined;
        gone.resolve({ cut });
        await Promise.all(held.done);
      },
    };
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private answer(incoming: IncomingMessage, response: ServerResponse) {
    this.seen.push({ call: `${incoming.method} ${incoming.url?.split('?')[0]}`, at: performance.now(), headers: incoming.headers });
    if (this.behaviour === 'hang') return;
    if (this.behaviour === 'refuse') return void incoming.socket.destroy();
    if (this.behaviour === 'stall' || this.behaviour === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      const isCut = this.behaviour === 'cut';
      return void response.write('{', () => isCut && incoming.socket.destroy());
    }
    if (this.behaviour === 'throttle') {
      response.writeHead(400, { 'x-amzn-errortype': 'ThrottlingException', 'content-type': 'application/json' });
      return void response.end('{"message":"Rate exceeded"}');
    }
    if (this.denied?.test(`${incoming.method} ${incoming.url}`)) {
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException', 'content-type': 'application/json' });
      return void response.end('{"message":"User is not authorized to perform this"}');
    }
    const call = `${incoming.method} ${incoming.url?.split('?')[0]}`;
    if (this.held?.fits.test(`${incoming.method} ${incoming.url}`)) this.held.done.push(this.keep(this.held, incoming, response));
    else if (this.onTheWay) void this.onTheWay(call).then(() => this.pass(incoming, response), () => incoming.socket.destroy());
    else this.pass(incoming, response);
  }

  /** The whole request is taken, so that it goes on without its caller. */
  private async keep({ come, gone }: NonNullable<AwsEdge['held']>, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    come();
    const { cut } = await gone;
    const { hostname, port } = this.upstream;
    const onward = ask({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    const answered = await buffer(answer);
    if (cut || response.destroyed) return void incoming.socket.destroy();
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.end(answered);
  }

  private pass(incoming: IncomingMessage, response: ServerResponse) {
    // The Host header is signed and goes on as it is.
    const { hostname, port } = this.upstream;
    const onward = ask({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }
}
