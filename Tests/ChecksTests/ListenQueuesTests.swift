import Checks
import Testing

struct ListenQueuesTests {
  @Test func socketsOfSS() {
    let queues = ListenQueues(
      parsing: """
        State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
        LISTEN 3      2       172.20.6.205:8081      0.0.0.0:*
        LISTEN 0      4096            [::]:22           [::]:*
        """
    ).queues
    #expect(queues.map(\.port) == [8081, 22])
    #expect(queues.map(\.waiting) == [3, 0])
    #expect(queues.map(\.limit) == [2, 4096])
    #expect(queues.map(\.isFull) == [true, false])
  }

  @Test func socketsOfNetstatHaveNoLimit() {
    let queues = ListenQueues(
      parsing: """
        Active Internet connections (only servers)
        Proto Recv-Q Send-Q Local Address           Foreign Address         State
        tcp        7      0 10.151.11.172:8990      0.0.0.0:*               LISTEN
        """
    ).queues
    #expect(queues.map(\.port) == [8990])
    #expect(queues.map(\.waiting) == [7])
    #expect(queues.first?.limit == nil)
    #expect(queues.first?.isFull == false)
  }

  @Test(arguments: ["", "LISTEN", "LISTEN x y z", "LISTEN 1 2 nothing", "tcp 0 0 a:1 LISTEN"])
  func whatIsNoSocketIsPassedOver(text: String) {
    #expect(ListenQueues(parsing: text).queues.isEmpty)
  }
}
