"""What WeasyPrint 70 leaves undone for PDF/A-3a and PDF/UA-1, repaired. The same bytes in give the same bytes out.

Eight gaps: header cells without scope, figure boxes in pixels, running heads that are not artifacts, pages without a
tab order, words in another language not marked as such, attachments listed twice, bitmap emoji asking for
interpolation, two RDF blocks in the metadata.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree
from pikepdf import Array, Dictionary, Name

PIXEL = 0.75  # points
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
#: PDF/UA's identifier, with the schema description that PDF/A asks for.
UA_METADATA = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li
 rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 this file follows</pdfaProperty:description></rdf:li></rdf:Seq>
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


def repair(data: bytes, identity: bytes, other_language: str) -> bytes:
    """The repaired file; ``identity`` (16 bytes) becomes the document's ID, block quotes are in ``other_language``."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        elements = list(_walk(pdf.Root.StructTreeRoot.K[0], ()))
        for element, above in elements:
            _name_no_lone_row(element)
            _scope_header(element, above)
            _place_figure(element)
            _name_language(element, other_language)
        _mark_running_heads(pdf, {element.objgen for element, _ in elements})
        _list_attachments_once(pdf)
        _stop_interpolation(pdf)
        _merge_metadata(pdf)
        pdf.trailer.ID = Array([pikepdf.String(identity), pikepdf.String(identity)])
        out = io.BytesIO()
        pdf.save(
            out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True
        )
        return out.getvalue()


def _walk(element: Any, above: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every structure element with the kinds it stands in."""
    yield element, above
    kids = element.get("/K")
    for kid in list(kids) if isinstance(kids, Array) else [] if kids is None else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield from _walk(kid, (*above, str(element.get("/S", ""))))


def _name_no_lone_row(element: Any) -> None:
    """In a table of one row the name of the row tells nobody which row it is: an ordinary cell."""
    kids = element.get("/K")
    rows = [kid for kid in kids if isinstance(kid, Dictionary)] if isinstance(kids, Array) else []
    if element.get("/S") == "/TBody" and len(rows) == 1:
        for cell in rows[0].K:
            if isinstance(cell, Dictionary) and cell.get("/S") == "/TH":
                cell.S = Name.TD


def _scope_header(element: Any, above: tuple[str, ...]) -> None:
    if element.get("/S") == "/TH":
        given = element.get("/A")
        attributes = given if isinstance(given, Dictionary) else Dictionary(O=Name.Table)
        attributes.Scope = Name.Column if "/THead" in above else Name.Row
        element.A = attributes


def _place_figure(element: Any) -> None:
    """The box of a figure from CSS pixels counted down to points counted up."""
    if element.get("/S") == "/Figure" and "/A" in element and "/BBox" in element.A:
        height = float(element.Pg.MediaBox[3])
        left, top, right, bottom = (float(value) * PIXEL for value in element.A.BBox)
        element.A.BBox = Array([round(value, 2) for value in (left, height - bottom, right, height - top)])


def _name_language(element: Any, other_language: str) -> None:
    """Our templates keep ``blockquote`` for words in the language that is not the report's."""
    if element.get("/S") == "/BlockQuote":
        element.S = Name.Span
        element.Lang = pikepdf.String(other_language)


def _mark_running_heads(pdf: pikepdf.Pdf, reachable: set[tuple[int, int]]) -> None:
    """Margin boxes are tagged but belong to no structure: make them pagination artifacts."""
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    for place, page in enumerate(pdf.pages):
        page.obj.Tabs = Name.S
        owners = numbers[2 * place + 1]
        orphans = {
            i for i, owner in enumerate(owners) if isinstance(owner, Dictionary) and owner.objgen not in reachable
        }
        content = []
        for instruction in pikepdf.parse_content_stream(page):
            operands: Any = instruction.operands
            operator = instruction.operator
            mark = operands[1] if str(operator) == "BDC" and len(operands) > 1 else None
            if isinstance(mark, Dictionary) and "/MCID" in mark and int(mark.MCID) in orphans:
                operands = [Name.Artifact, Dictionary(Type=Name.Pagination)]
            content.append((operands, operator))
        page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(content))
        for orphan in orphans:
            owners[orphan] = pikepdf.Object.parse(b"null")


def _list_attachments_once(pdf: pikepdf.Pdf) -> None:
    if "/AF" in pdf.Root:
        pdf.Root.AF = Array(list({entry.objgen: entry for entry in pdf.Root.AF}.values()))


def _stop_interpolation(pdf: pikepdf.Pdf) -> None:
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream) and thing.get("/Interpolate"):
            thing.Interpolate = False


def _merge_metadata(pdf: pikepdf.Pdf) -> None:
    """One RDF block in the XMP packet, as both standards ask."""
    packet = bytes(pdf.Root.Metadata.read_bytes())
    start, end = packet.index(b"<x:xmpmeta"), packet.index(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")
    tree = etree.fromstring(packet[start:end], etree.XMLParser(resolve_entities=False, no_network=True))
    first, *others = tree.findall(RDF)
    for other in others:
        first.extend(list(other))
        tree.remove(other)
    head, foot = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n', b'\n<?xpacket end="r"?>'
    pdf.Root.Metadata.write(head + etree.tostring(tree) + foot)
    pdf.Root.Metadata.Type, pdf.Root.Metadata.Subtype = Name.Metadata, Name.XML
