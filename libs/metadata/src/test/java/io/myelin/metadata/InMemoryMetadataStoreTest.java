package io.myelin.metadata;

class InMemoryMetadataStoreTest extends MetadataStoreContract {
  @Override
  MetadataStore create() {
    return new InMemoryMetadataStore("test");
  }
}
