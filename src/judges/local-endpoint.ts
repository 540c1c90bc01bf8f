import ipaddr from 'ipaddr.js';

/** Whether an endpoint is on this machine or in its own network: a server of one's own, and no vendor. */
export function isLocalEndpoint(endpoint: string): boolean {
  const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() !== 'unicast';
  return !host.includes('.') || /\.(local|lan|internal|localhost)$/.test(host);
}
