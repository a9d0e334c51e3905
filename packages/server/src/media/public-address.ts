import { BlockList, isIP } from 'node:net';

/** IPv4 that leads to this machine, to its neighbours, to a cloud's metadata or to nobody (IANA's special-purpose registry). */
const special = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT; Alibaba Cloud's metadata
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // Azure's platform
  ['169.254.0.0', 16], // link-local; most clouds' metadata
  ['172.16.0.0', 12],
  ['192.0.0.0', 24], // protocols; Oracle Cloud's metadata
  ['192.0.2.0', 24],
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  special.addSubnet(network, bits, 'ipv4');

/** IPv6 is public only here. IPv4 in other clothes (mapped, NAT64) lies outside. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

const specialUnicast = new BlockList();
for (const [network, bits] of [
  ['2001::', 23], // protocols; Teredo carries IPv4
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4 carries IPv4
  ['3fff::', 20],
] as const)
  specialUnicast.addSubnet(network, bits, 'ipv6');

/** Whether an address, IPv4 or IPv6 without brackets, is one of the public internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  // A zone (fe80::1%eth0) is the affair of one machine.
  if (version !== 6 || address.includes('%')) return false;
  return globalUnicast.check(address, 'ipv6') && !specialUnicast.check(address, 'ipv6');
}
