import Playbooks
import Testing

@Suite struct PlaceTests {
  /// A role that may live in a container or a network namespace, or on the host itself.
  private func roles(_ variables: [String: String]) -> Parsed<Playbook> {
    parsePlaybook(
      """
      name: x
      vars: { container: { type: text }, netns: { type: text } }
      roles: { server: { inside: { container: "{{ container }}", netns: "{{ netns }}" } } }
      captures: [{ on: server, flow: { port: [80] } }]
      """, file: "p.yaml", variables: variables, fillMissing: false, filterProblem: { _ in nil })
  }

  @Test func `a place whose variable is not given is none`() {
    #expect(roles([:]).value?.roles.map(\.inside) == [.host])
    #expect(roles(["container": "shop"]).value?.roles.map(\.inside) == [.container("shop")])
    #expect(roles(["netns": "shop"]).value?.roles.map(\.inside) == [.namespace("shop")])
  }

  @Test func `two places are one too many`() {
    let parsed = roles(["container": "shop", "netns": "shop"])
    #expect(parsed.problems.map(\.message) == ["`inside` takes exactly one of `container`, `netns`, `pid` and `pod`"])
  }

  @Test func `an empty value that was given is a problem`() {
    #expect(!roles(["container": ""]).problems.isEmpty)
  }
}
