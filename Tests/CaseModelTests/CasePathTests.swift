import CaseModel
import Testing

struct CasePathTests {
  @Test(arguments: ["web1", "../../etc/passwd", ".hidden", "-rf", "", "a b\n", "ü/\0", "node~2", "%2e", "a%"])
  func everyNameBecomesOneComponentAndComesBack(name: String) {
    let component = CasePath.component(name)
    #expect(!component.isEmpty && !component.contains("/") && !component.hasPrefix(".") && !component.hasPrefix("-"))
    #expect(component.utf8.allSatisfy { $0 > 32 && $0 < 127 })
    #expect(CasePath.name(ofComponent: component) == name)
  }
}
