/// A playbook that uses every key.
let fullSchema = """
  name: Reset through a NAT gateway
  about: Both ends say that the other one reset the connection.
  vars:
    vip:  { type: address, required: true, help: the service address that clients use }
    port: { type: port, required: true }
    bad:  { type: text }
    good: { type: text, default: fine }
  roles:
    client:  { inside: { container: envoy }, many: one }
    gateway: { group: node_a, absent: skip }
    server:  { external: "{{ vip }}" }
  captures:
    - { name: pod,  on: client,  flow: { port: ["{{ port }}"] } }
    - { name: node, on: gateway, interface: any, flow: { port: ["{{ port }}"] }, limits: { duration: 5m, size: 400MB, packets: 1000000, ring: 4 }, payload: false }
    - { name: raw,  on: gateway, interface: [eth0], filter: "tcp port {{ port }}", snaplen: 256, buffer: 64MB, direction: out }
  checks:
    - { sysctl: net.netfilter.nf_conntrack_tcp_be_liberal, on: gateway, expect: 1, why: out-of-window segments pass without NAT }
    - { counters: [TcpExtTCPAbortOnData, TcpExtListenOverflows], on: all }
    - { conntrack-stats: {}, on: gateway }
    - { interface-mtu: , on: all }
    - { listen-queue: { port: "{{ port }}" }, on: gateway, every: 5s }
  traces:
    - { on: gateway, events: [tcp:tcp_send_reset, skb:kfree_skb] }
  instruments:
    - { log-invalid: {}, on: gateway }
  logs:
    - { name: pilot, on: client, container-log: true }
    - { name: messages, on: gateway, file: /var/log/messages }
  tls-keys:
    - { on: client, file: /var/tmp/keys.log }
  probes:
    - { name: mesh,  on: all, ping: { to: all, size: [56, 1472], df: true }, every: 1s }
    - { name: ports, on: client, connect: { to: server, port: [8990, 1234] }, every: 5s, timeout: 3s }
    - { name: big,   on: client, run: [curl, -sf, "http://{{ vip }}/pay"], repeat: 50, tools: container }
    - { name: odd,   on: client, shell: "./reproduce.sh \\"$bad\\"", become: true }
  until:
    - log: { from: pilot, matches: "[Rr]eset" }
    - probe-fails: { probe: big, times: 3 }
    - packets: { capture: pod, count: 1000 }
    - packet: { capture: pod, matches: "tcp[tcpflags] & tcp-rst != 0" }
    - counter: { on: gateway, name: TcpExtListenOverflows, rises-by: 10 }
    - duration: 6h
  then: 10s
  grace: 10m
  look-for: { bad: "{{ bad }}", good: "{{ good }}", request-id: "transId=([0-9a-f]{8})" }
  """
