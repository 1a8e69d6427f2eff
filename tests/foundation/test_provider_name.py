"""Nobody else may have a name that people would take for the provider's own."""

import pytest

from portal.foundation.provider_name import fault_of_name


@pytest.mark.standard("ContextFile security rule", "64", "Look-alikes of the provider's name are refused")
@pytest.mark.parametrize(
    "name",
    [
        "ContextFile",
        "contextfile",
        "Context File",
        "Context-File Pro",
        "The ContextFile team",
        "Cоntехtfіle",
        "ΟοntextFile".replace("Ο", "C"),
        "C0ntextFi1e",
        "ContextFlle",
        "Conte×tFile".replace("×", "х"),
        "Còntéxtfîle",
        "ＣｏｎｔｅｘｔＦｉｌｅ",
        "𝐂𝐨𝐧𝐭𝐞𝐱𝐭𝐅𝐢𝐥𝐞",
        "ᴄᴏɴᴛᴇxᴛꜰɪʟᴇ",
        "ⒸⓞⓝⓣⓔⓧⓣⒻⓘⓛⓔ",
        "C.o.n.t.e.x.t.F.i.l.e",
        "Cоntexтfilе",
        "🅒🅞🅝🅣🅔🅧🅣🅕🅘🅛🅔",
        "🅲🅾🅽🆃🅴🆇🆃🅵🅸🅻🅴",
        "Cøntextƒile",
        "Conŧexŧfile",
        "©ontex†file",
        "ContextҒile",
        "₡ontext₣ile",
        "Cɵntextfɨłe",
        "Conteҳtfilɇ",
        "Coŋtextfile",
        "Ȼontextfile",
        "Contexttfile",
    ],
)
def test_what_reads_like_the_providers_name_is_refused(name: str) -> None:
    fault = fault_of_name(name)
    assert fault
    assert name in fault


@pytest.mark.parametrize(
    "name",
    ["Acme Notes", "Context Profile", "Contextual Filer", "File Context", "Аcme Nоtes", "Ночник", "文脈ファイル", ""],
)
def test_other_names_are_nobodys_business(name: str) -> None:
    assert fault_of_name(name) is None
