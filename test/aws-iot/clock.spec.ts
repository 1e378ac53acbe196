import { DescribeEndpointCommand } from '@aws-sdk/client-iot';
import { AwsIotRefused, AwsIotUnavailable } from '../../src/aws-iot/aws-iot.errors.js';
import { toAwsIotError } from '../../src/aws-iot/clients/aws-failure.js';
import { EU } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { Line } from './support/line.js';

const HOUR_MS = 3_600_000;
let line: Line;
beforeAll(async () => {
  line = await Line.start();
});
afterAll(() => line.stop());

const errorOf = async (more: Parameters<Line['aws']['iot']>[1]) => {
  try {
    await line.aws.iot(EU, more).send(new DescribeEndpointCommand({}));
  } catch (error) {
    return toAwsIotError('DescribeEndpoint', error);
  }
  throw new Error('AWS took it');
};

describe('AWS’s refusal of a request of another time', () => {
  it.each([
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ])('is called an error of the clock, with what to do, when the clock is %s', async (_, clockOffsetMs) => {
    const error = await errorOf({ clockOffsetMs });
    expect(error).toBeInstanceOf(AwsIotUnavailable);
    expect(error.message).toBe('AWS IoT did not take DescribeEndpoint (InvalidSignatureException): the clock of the machine that runs this service is wrong; set it right (NTP)');
  });

  it('is not mistaken for that of wrong credentials', async () => {
    const error = await errorOf({ secretAccessKey: 'of-somebody-else' });
    expect(error).toBeInstanceOf(AwsIotRefused);
    expect(error.message).toBe('AWS IoT refused DescribeEndpoint (InvalidSignatureException): the credentials do not match');
  });

  it.each([
    ['SignatureDoesNotMatch', 'Signature expired: 20261126T100000Z is now earlier than 20261126T105500Z (20261126T110000Z - 5 min.)'],
    ['SignatureDoesNotMatch', 'Signature not yet current: 20261126T120000Z is still later than 20261126T110500Z (20261126T110000Z + 5 min.)'],
    ['RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.'],
    ['RequestExpired', 'Request has expired.'],
    ['RequestInTheFuture', ''],
  ])('is known by the name %s too, and tells how far the clock is off', (name, message) => {
    const date = new Date(Date.now() - 2 * HOUR_MS).toUTCString();
    const error = Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 403 }, $response: { headers: { date } } });
    expect(toAwsIotError('AssumeRole', error).message).toBe(
      `AWS IoT did not take AssumeRole (${name}): the clock, 120 minutes ahead of AWS's, of the machine that runs this service is wrong; set it right (NTP)`);
  });
});

describe('AWS’s clock', () => {
  it('is compared with this machine’s by the date of its answers', async () => {
    await line.addTarget(EU);
    await line.addAuthority();
    const metrics = await until('an answer', async () => {
      const { payload } = await line.app.inject({ method: 'GET', url: '/metrics' });
      return payload.includes('of="AWS in eu-west-1"') ? payload : undefined;
    });
    expect(Math.abs(Number(/lineside_clock_ahead_seconds\{of="AWS in eu-west-1"\} (\S+)/.exec(metrics)?.[1]))).toBeLessThan(60);
  });
});
