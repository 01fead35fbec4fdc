/// Scripts that several tests look at.
enum Stories {
  /// A client behind a gateway that translates its address, captured on both sides of it. The gateway's clock is 1.2 s fast.
  static let sourceNAT = """
    vantage client has C
    vantage gateway link sll2 clock +1.2
    vantage server has S clock -0.4
    address C 10.1.0.2:40000 isn 1000
    address G 192.0.2.1:25166
    address S 198.51.100.9:80 isn 3000000000
    sees gateway@eth1 C as G
    sees server C as G

    client   gateway@eth0 gateway@eth1 server   packet
    0.0000   0.0010       0.0011       0.0060   syn: C > S [S] seq 0 win 64240 <mss 1460, sackok, ts 100 0, wscale 7> ttl 64/64/63/63
    0.0121   0.0111       0.0110       0.0061   answer: S > C [S.] seq 0 ack 1 win 65160 <mss 1460, sackok, ts 900 100, wscale 7> ttl 63/63/64/64
    0.0122   0.0132       0.0133       0.0182   C > S [.] seq 1 ack 1 win 502 <nop, nop, ts 112 900> ttl 64/64/63/63
    0.0130   0.0140       0.0141       0.0190   ask: C > S [P.] 1:121 ack 1 win 502 <nop, nop, ts 113 900> ttl 64/64/63/63
    0.0252   0.0242       0.0241       0.0192   S > C [.] seq 1 ack 121 win 509 <nop, nop, ts 913 113> ttl 63/63/64/64
    0.0262   0.0252       0.0251       0.0202   tell: S > C [P.] 1:1218 ack 121 win 509 <nop, nop, ts 914 113> ttl 63/63/64/64
    0.0263   0.0273       0.0274       0.0323   C > S [.] seq 121 ack 1218 win 501 <nop, nop, ts 126 914> ttl 64/64/63/63
    0.0300   0.0310       0.0311       0.0360   C > S [F.] seq 121 ack 1218 win 501 <nop, nop, ts 130 914> ttl 64/64/63/63
    0.0422   0.0412       0.0411       0.0362   S > C [F.] seq 1218 ack 122 win 509 <nop, nop, ts 930 130> ttl 63/63/64/64
    0.0423   0.0433       0.0434       0.0483   C > S [.] seq 122 ack 1219 win 501 <nop, nop, ts 142 930> ttl 64/64/63/63
    """

  /// The same kind of gateway for a virtual service address; a late segment passes it untranslated, and the client resets.
  static let untranslated = """
    vantage client has C
    vantage gateway link sll2
    vantage server has S
    address C 10.1.0.2:40000 isn 1000
    address V 192.0.2.10:80
    address S 10.9.0.9:8080 isn 3000000000
    sees client S as V
    sees gateway@eth0 S as V

    client  gateway@eth0 gateway@eth1 server  packet
    0.000   0.001        0.0011       0.006   C > S [S] seq 0 <mss 1460, sackok, ts 100 0, wscale 7> ttl 64/64/63/63
    0.0121  0.0111       0.0110       0.0061  S > C [S.] seq 0 ack 1 <mss 1460, sackok, ts 900 100, wscale 7> ttl 63/63/64/64
    0.0122  0.0132       0.0133       0.0182  C > S [.] seq 1 ack 1 win 502 <nop, nop, ts 112 900> ttl 64/64/63/63
    0.0262  0.0252       0.0251       0.0202  first: S > C [.] 1:1449 ack 1 win 509 <nop, nop, ts 914 113> ttl 63/63/64/64
    0.0263  0.0273       0.0274       0.0323  C > S [.] seq 1 ack 1449 win 501 <nop, nop, ts 126 914> ttl 64/64/63/63
    0.0272  0.0262       0.0261       0.0212  S > C [.] 1449:2897 ack 1 win 509 <nop, nop, ts 915 113> ttl 63/63/64/64
    0.0273  0.0283       0.0284       0.0333  C > S [.] seq 1 ack 2897 win 501 <nop, nop, ts 127 915> ttl 64/64/63/63
    1.0003  1.0002>      >1.0001      -       late: S! > C [.] 1:1449 ack 1 win 509 <nop, nop, ts 914 113> ttl 63/63/64/64 id 4
    1.0004  >1.0005      1.0006>      1.0060  reset: C > S! [R] seq 1 win 0 ttl 64/64/63/63
    """
}
