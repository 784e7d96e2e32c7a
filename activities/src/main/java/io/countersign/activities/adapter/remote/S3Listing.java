package io.countersign.activities.adapter.remote;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * One page of a listing. Read without document types and entities. Source: Amazon S3 API reference,
 * ListObjectsV2.
 *
 * @param next what asks for the next page; empty on the last
 */
record S3Listing(List<Stored> objects, String next) {
  private static final XMLInputFactory XML = XMLInputFactory.newDefaultFactory();

  static {
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XML.setProperty(XMLInputFactory.IS_COALESCING, true);
  }

  /** One object. */
  record Stored(String key, long size, String tag) {}

  S3Listing {
    objects = List.copyOf(objects);
  }

  static S3Listing read(byte[] page, String shown) {
    try {
      XMLStreamReader in = XML.createXMLStreamReader(new ByteArrayInputStream(page));
      try {
        return read(in);
      } finally {
        in.close();
      }
    } catch (XMLStreamException | IllegalArgumentException e) {
      // Messages of foreign parsers quote their input.
      throw Refusals.refused("a listing that is not understood", shown);
    }
  }

  private static S3Listing read(XMLStreamReader in) throws XMLStreamException {
    List<Stored> objects = new ArrayList<>();
    boolean more = false;
    String next = "";
    in.nextTag();
    in.require(XMLStreamConstants.START_ELEMENT, null, "ListBucketResult");
    while (in.nextTag() == XMLStreamConstants.START_ELEMENT) {
      switch (in.getLocalName()) {
        case "Contents" -> objects.add(stored(in));
        case "IsTruncated" -> more = Boolean.parseBoolean(in.getElementText());
        case "NextContinuationToken" -> next = in.getElementText();
        default -> skip(in);
      }
    }
    if (more == next.isEmpty()) {
      throw new IllegalArgumentException("the pages do not fit together");
    }
    return new S3Listing(objects, next);
  }

  private static Stored stored(XMLStreamReader in) throws XMLStreamException {
    String key = "";
    String tag = "";
    long size = -1;
    while (in.nextTag() == XMLStreamConstants.START_ELEMENT) {
      switch (in.getLocalName()) {
        case "Key" -> key = in.getElementText();
        case "ETag" -> tag = in.getElementText();
        case "Size" -> size = Long.parseLong(in.getElementText());
        default -> skip(in);
      }
    }
    if (key.isEmpty() || size < 0) {
      throw new IllegalArgumentException("an object without key or size");
    }
    return new Stored(key, size, tag);
  }

  private static void skip(XMLStreamReader in) throws XMLStreamException {
    int depth = 1;
    while (depth > 0) {
      int event = in.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        depth++;
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      }
    }
  }
}
