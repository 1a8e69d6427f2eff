npm install @contextfile/react
