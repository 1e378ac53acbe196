const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Hosts of AWS IoT's control plane in a region: `iot.<region>.amazonaws.com`, `iot-fips.…`, and those of VPC endpoints, which end in
 * `.iot.<region>.vpce.amazonaws.com`; in China with `.cn` behind (AWS General Reference, "AWS IoT Core endpoints and quotas").
 */
const hostsIn = (region: string) => new RegExp(`^([a-z0-9-]+\\.)*iot(-fips)?\\.${region}\\.(vpce\\.)?amazonaws\\.com${region.startsWith('cn-') ? '\\.cn' : ''}$`);

/** Whether the endpoint is AWS IoT's own in the region. */
export function isAwsIot(endpoint: string, region: string): boolean {
  return hostsIn(region).test(URL.parse(endpoint)?.hostname ?? '');
}

/**
 * Whether signed requests for a target in `region` may be sent to this endpoint: to AWS itself, to this machine, or to a host (with
 * its port, if any) of the setting TARGET_CONTROL_HOSTS. Anybody else would get the signatures of a profile of his choice.
 */
export function mayControl(endpoint: string, region: string, moreHosts: readonly string[]): boolean {
  const url = URL.parse(endpoint);
  if (!url) return false;
  return LOOPBACK.has(url.hostname) || (url.protocol === 'https:' && (moreHosts.includes(url.host) || hostsIn(region).test(url.hostname)));
}
